import { problemOf, VigieError } from '#kernel/errors.ts';
import { personOf } from '#domain/outbox-entry.ts';
import type { PostBody, WrittenPost } from '#ports/chat.ts';
import type { PendingEntry } from '#ports/store.ts';
import { PLAINNESS, type Plainness } from '#messages/plainer.ts';
import type { Renderer } from '#messages/post.ts';
import type { Language } from '#messages/templates.ts';
import { begun, inItsPlace, isBody, isPlace, isRoot } from './places.ts';
import { isRead } from './read-in.ts';
import type { Tries } from './tries.ts';
import type { Witness } from './witness.ts';

export interface Written extends WrittenPost {
  /** Set when it was just written elsewhere than it was meant, or than it stood. */
  readonly moved: Moved | null;
}

interface Moved {
  /** Why it could not stay; null: it is back where it was meant. */
  readonly why: VigieError | null;
  /** The channel where it stands now; null: where it was meant. */
  readonly place: string | null;
  /** The post that stays behind, if there was one. */
  readonly left: string | null;
}

/** What the sender has that writing needs. */
interface Options {
  readonly witness: Witness;
  readonly renderer: Renderer;
  readonly languageOf: (channel: string) => Language;
  readonly operationsChannel: string;
  readonly tries: Tries;
  readonly tampered: (key: string) => Promise<void>;
  readonly log: { warn(data: object, text: string): void };
}

/** How a post is written. */
interface Manner {
  /** The post that it answers; null: none. */
  readonly root: string | null;
  readonly picture: PostBody['picture'];
  /** How plain it has to be at least. */
  readonly from: Plainness;
}

/** Clocks of vigie and of Mattermost may differ by so much when a lost post is looked for. */
const CLOCK_SKEW_MS = 120_000;

/**
 * Writes a post, or what it looks like now. What the server can't take gets plainer until it takes it; where vigie may not write, the
 * operations channel gets it.
 * @returns null when somebody else's words stand there: what follows from that has to be decided before they are written over
 * @throws when even a line is refused everywhere
 */
export async function write(options: Options, given: PendingEntry, { root, picture, from }: Manner): Promise<Written | null> {
  const { renderer, languageOf, log, witness } = options;
  const person = personOf(given.to);
  const channel = person === null ? given.to.channel : await witness.publisher.direct(person);
  const say = { ...given, to: { ...given.to, channel } };
  const language = languageOf(say.place ?? channel);
  const body = inItsPlace(options, { ...renderer.render(say.message, language), picture }, say, language);
  if (say.postId !== null && (await isTampered(options, say, say.postId, body))) {
    await options.tampered(say.key);
    return null;
  }
  let refusal: unknown = null;
  let before = '';
  for (const plainness of PLAINNESS.slice(PLAINNESS.indexOf(from))) {
    const plain = renderer.plainer(say.message, body, plainness, language);
    const look = JSON.stringify({ ...plain, picture: plain.picture === null });
    if (look === before) continue;
    before = look;
    try {
      return await writeOnce(options, say, root, plain);
    } catch (error) {
      if (!isBody(error)) throw error;
      refusal = error;
      log.warn({ key: say.key, plainness, problem: problemOf(error) }, 'a post was refused: it is tried plainer');
    }
  }
  throw refusal;
}

/** Looked at before every edit of such a post: an edit of vigie's own would hide what stood there when somebody voted. */
async function isTampered({ witness }: Options, { key, message }: PendingEntry, postId: string, body: PostBody): Promise<boolean> {
  if (!isRead(message)) return false;
  // Where vigie may not look any more, it may not write either: a new post will say it.
  const now = await unlessLost(witness.publisher.read(postId));
  if (now === null) return false;
  return now.fingerprint !== witness.publisher.fingerprint(key, body) && !(await witness.ours(postId, now.fingerprint));
}

async function writeOnce(options: Options, say: PendingEntry, root: string | null, body: PostBody): Promise<Written> {
  const { publisher } = options.witness;
  const channel = say.to.channel;
  if (say.postId !== null) {
    try {
      return { ...(await publisher.update(say.postId, say.key, body)), moved: null };
    } catch (error) {
      // Somebody deleted it, or its channel: the story needs a post.
      if (!isPlace(error)) throw error;
    }
  }
  const again = await options.tries.begin(say.key);
  if (again && say.postId === null) {
    const found = await findIn(options, channel, say);
    if (found !== null) return { ...(await publisher.update(found.postId, say.key, body)), moved: null };
  }
  return await createSomewhere({ ...options, again }, say, root, body);
}

/** In a channel that vigie may not read there is no post of its own. */
async function findIn({ witness: { publisher } }: Options, channel: string, say: PendingEntry): Promise<WrittenPost | null> {
  return await unlessLost(publisher.find(channel, say.key, say.createdAt - CLOCK_SKEW_MS));
}

async function unlessLost<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isPlace(error)) return null;
    throw error;
  }
}

/** Where vigie may not write, it writes to the operations channel instead: nothing that happened stays untold. */
async function createSomewhere(
  options: Options & { readonly again: boolean },
  say: PendingEntry,
  root: string | null,
  body: PostBody,
): Promise<Written> {
  const { operationsChannel } = options;
  const { publisher } = options.witness;
  try {
    const back = say.place === null ? null : { why: null, place: null, left: null };
    return { ...(await publisher.create(say.to.channel, root, say.key, body)), moved: back };
  } catch (error) {
    if (root !== null && isRoot(error)) return await createSomewhere(options, say, null, body);
    if (!(error instanceof VigieError) || !isPlace(error) || say.to.channel === operationsChannel) throw error;
    const found = options.again ? await findIn(options, operationsChannel, say) : null;
    const language = options.languageOf(operationsChannel);
    const there = found ?? (await publisher.create(operationsChannel, null, say.key, begun(options, body, say.postId, language)));
    return { ...there, moved: { why: error, place: operationsChannel, left: say.postId } };
  }
}
