import { postKey, type Operation } from '#domain/operation/operation.ts';
import type { Publisher } from '#ports/chat.ts';
import type { Outbox } from '#ports/store.ts';

/** Knows which words of a post are vigie's own: whatever else stands there, somebody else wrote. */
export interface Witness {
  /** To write with: what goes through it is known as vigie's own before the server tells of it. */
  readonly publisher: Publisher;
  /** Whether a post that reads like this (null: deleted) reads as vigie wrote it. */
  readonly ours: (postId: string, fingerprint: string | null) => Promise<boolean>;
  /** Whether the post of an operation's current plan does; null when it isn't there yet, or Mattermost can't be asked. */
  readonly intact: (operation: Pick<Operation, 'id' | 'round'>) => Promise<boolean | null>;
}

/** An edit event tells of one edit; a post is edited once a second at most, and events don't come later than this many edits. */
const VERSIONS = 20;
const POSTS = 500;

export function createWitness(outbox: Pick<Outbox, 'byKey' | 'byPost'>, publisher: Publisher): Witness {
  const own = new Map<string, readonly string[]>();
  const writing = new Map<string, Promise<unknown>>();
  const learn = (postId: string, fingerprint: string): void => {
    const known = own.get(postId) ?? [];
    own.delete(postId);
    own.set(postId, [...known, fingerprint].slice(-VERSIONS));
    const [oldest] = own.keys();
    if (own.size > POSTS && oldest !== undefined) own.delete(oldest);
  };
  const ours: Witness['ours'] = async (postId, fingerprint) => {
    if (fingerprint === null) return false;
    if (own.get(postId)?.includes(fingerprint) === true) return true;
    // How a server keeps words isn't always how they were sent: the answer to an edit that is under way says it.
    await writing.get(postId)?.catch(() => undefined);
    return own.get(postId)?.includes(fingerprint) === true || (await outbox.byPost(postId))?.fingerprint === fingerprint;
  };
  const remembering: Publisher = {
    find: (...given) => publisher.find(...given),
    fingerprint: (...given) => publisher.fingerprint(...given),
    read: (...given) => publisher.read(...given),
    react: (...given) => publisher.react(...given),
    link: (...given) => publisher.link(...given),
    unreact: (...given) => publisher.unreact(...given),
    direct: (...given) => publisher.direct(...given),
    async create(...given) {
      const written = await publisher.create(...given);
      learn(written.postId, written.fingerprint);
      return written;
    },
    async update(postId, key, body) {
      // Before it is sent: if the answer is lost, it may have been written all the same.
      learn(postId, publisher.fingerprint(key, body));
      const answer = publisher.update(postId, key, body).then((written) => {
        learn(postId, written.fingerprint);
        return written;
      });
      writing.set(postId, answer);
      try {
        return await answer;
      } finally {
        if (writing.get(postId) === answer) writing.delete(postId);
      }
    },
  };
  return {
    publisher: remembering,
    ours,
    async intact(operation) {
      const sent = await outbox.byKey(postKey(operation, operation.round));
      if (sent === null) return null;
      try {
        const now = await publisher.read(sent.postId);
        if (await ours(sent.postId, now?.fingerprint ?? null)) return true;
        // A vigie that was killed while it wrote left words that only the sender can tell: it writes them again first.
        return own.has(sent.postId) || sent.final ? false : null;
      } catch {
        return null;
      }
    },
  };
}
