import { problemOf } from '#kernel/errors.ts';
import type { Outbox, PendingEntry } from '#ports/store.ts';
import type { Witness } from './witness.ts';

interface Options {
  readonly outbox: Outbox;
  readonly witness: Witness;
  readonly log: { warn(data: object, text: string): void };
}

/** vigie's own reactions, on which people click. They wait until nothing is to be said: under a rate limit each costs what an answer costs. */
export interface Seeds {
  /** A post was written: what it lacks is put later. @param seeded what is there already */
  add(say: Pick<PendingEntry, 'key' | 'seeds'>, postId: string, seeded: readonly string[]): void;
  /** Puts one. @returns how long to rest before the next, in milliseconds; null when all are there */
  putOne(): Promise<number | null>;
}

interface Lacking {
  readonly postId: string;
  readonly seeds: readonly string[];
  readonly seeded: readonly string[];
}

const AGAIN_MS = 1_000;

export function createSeeds(options: Options): Seeds {
  const lacking = new Map<string, Lacking>();
  let begun = false;
  const add: Seeds['add'] = ({ key, seeds }, postId, seeded) => {
    if (seeds.some((emoji) => !seeded.includes(emoji))) lacking.set(key, { postId, seeds, seeded });
    else lacking.delete(key);
  };
  return {
    add,
    async putOne() {
      if (!begun) {
        begun = true;
        // What a vigie that ended didn't come to.
        for (const say of await options.outbox.unseeded()) if (say.postId !== null) add(say, say.postId, say.seeded);
      }
      const [next] = lacking;
      if (next === undefined) return null;
      const [key, post] = next;
      return await put(options, key, post, (seeded) => {
        // Another version may have been written meanwhile, with other reactions.
        if (lacking.get(key) === post) add({ key, seeds: post.seeds }, post.postId, seeded);
      });
    },
  };
}

/** One that the server refuses is left out: it is not worth losing the others for. */
async function put(
  { outbox, witness, log }: Options,
  key: string,
  { postId, seeds, seeded }: Lacking,
  done: (seeded: readonly string[]) => void,
): Promise<number> {
  const emoji = seeds.find((each) => !seeded.includes(each));
  if (emoji === undefined) return 0;
  try {
    await witness.publisher.react(postId, emoji);
  } catch (error) {
    const problem = problemOf(error);
    log.warn({ key, emoji, problem }, 'a reaction could not be put');
    if (problem.code !== 'chat_refused') return AGAIN_MS;
  }
  const now = [...seeded, emoji];
  await outbox.seeded(key, postId, now);
  done(now);
  return 0;
}
