import { VigieError } from '#kernel/errors.ts';
import type { Clock } from '#kernel/clock.ts';
import type { PostBody, Publisher, WrittenPost } from '#ports/chat.ts';

/** A post as a person would see it now, with what it said before. */
export interface ShownPost {
  readonly id: string;
  readonly key: string;
  readonly channel: string;
  readonly root: string | null;
  readonly at: number;
  /** Everything that can be read in it. */
  readonly text: string;
  readonly color: string;
  readonly edits: readonly { readonly at: number; readonly text: string }[];
  readonly reactions: readonly string[];
}

/** A chat server in memory, for tests on virtual time: it can be taken away. */
export class MemoryPublisher implements Publisher {
  readonly #clock: Clock;
  readonly #posts = new Map<string, ShownPost>();
  away = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get posts(): readonly ShownPost[] {
    return [...this.#posts.values()];
  }

  async create(channel: string, root: string | null, key: string, body: PostBody): Promise<WrittenPost> {
    this.#refuseWhenAway();
    const id = `post${this.#posts.size + 1}`;
    this.#posts.set(id, { id, key, channel, root, at: this.#clock.now(), ...shown(body), edits: [], reactions: [] });
    return { postId: id, fingerprint: '' };
  }

  async find(_channel: string, key: string): Promise<WrittenPost | null> {
    const post = this.posts.find((each) => each.key === key);
    return post === undefined ? null : { postId: post.id, fingerprint: '' };
  }

  async update(postId: string, _key: string, body: PostBody): Promise<WrittenPost> {
    this.#refuseWhenAway();
    const post = this.#posts.get(postId);
    if (post === undefined) throw new VigieError('chat_refused', { host: 'memory', status: 404, id: '' });
    this.#posts.set(postId, { ...post, ...shown(body), edits: [...post.edits, { at: this.#clock.now(), text: shown(body).text }] });
    return { postId, fingerprint: '' };
  }

  async read(postId: string): Promise<WrittenPost | null> {
    return this.#posts.has(postId) ? { postId, fingerprint: '' } : null;
  }

  fingerprint(): string {
    return '';
  }

  async unreact(): Promise<void> {}
  async react(postId: string, emoji: string): Promise<void> {
    const post = this.#posts.get(postId);
    if (post !== undefined) this.#posts.set(postId, { ...post, reactions: [...post.reactions, emoji] });
  }

  link(postId: string): string {
    return `memory:${postId}`;
  }

  async direct(): Promise<string> {
    return 'direct';
  }

  #refuseWhenAway(): void {
    if (this.away) throw new VigieError('chat_unreachable', { host: 'memory', reason: 'connection refused' });
  }
}

function shown(body: PostBody): Pick<ShownPost, 'text' | 'color'> {
  const parts = body.attachments.flatMap((each) => [
    each.title,
    each.text,
    ...each.fields.map((field) => `${field.title}: ${field.value}`),
    each.footer,
  ]);
  return { text: [body.message, ...parts].filter((part) => part !== '').join('\n'), color: body.attachments[0]?.color ?? '' };
}
