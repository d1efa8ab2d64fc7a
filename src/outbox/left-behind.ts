import type { Clock } from '#kernel/clock.ts';
import { problemOf } from '#kernel/errors.ts';
import type { Outbox, PendingEntry } from '#ports/store.ts';
import type { Renderer } from '#messages/post.ts';
import type { Language } from '#messages/templates.ts';
import { wentOn } from './places.ts';
import { isRead } from './read-in.ts';
import type { Witness } from './witness.ts';

interface Options {
  readonly outbox: Outbox;
  readonly witness: Witness;
  readonly renderer: Renderer;
  readonly languageOf: (channel: string) => Language;
  readonly clock: Clock;
  readonly log: { warn(data: object, text: string): void };
}

/** Posts whose story went on elsewhere, since vigie might not write where they stand. */
export interface LeftBehind {
  /** Something changed about where vigie may write: the next look is due. */
  due(): void;
  /** Brings up to date those that vigie may write to again. Never throws. */
  look(signal: AbortSignal): Promise<void>;
}

/** How often it is tried whether their channels are back: the server tells of it, if vigie hears it. */
const LOOK_EVERY_MS = 300_000;
/** Nobody looks there any more. */
const KEPT_MS = 7 * 86_400_000;
const MOST = 20;

export function createLeftBehind(options: Options): LeftBehind {
  const { outbox, clock } = options;
  let nextAt = 0;
  return {
    due() {
      nextAt = 0;
    },
    async look(signal) {
      const now = clock.now();
      if (now < nextAt) return;
      nextAt = now + LOOK_EVERY_MS;
      for (const say of await outbox.leftBehind(now - KEPT_MS, MOST)) {
        if (signal.aborted) return;
        await bringUp(options, say);
      }
    },
  };
}

/** What people may be agreeing to is told in one post alone. */
async function bringUp({ outbox, witness, renderer, languageOf, log }: Options, say: PendingEntry): Promise<void> {
  const { key, left, postId, message } = say;
  if (left === null || postId === null || isRead(message)) return;
  const language = languageOf(say.to.channel);
  const body = { ...renderer.render(message, language), picture: null, file: null };
  try {
    await witness.publisher.update(left.postId, key, wentOn({ renderer, witness }, body, postId, language));
    await outbox.broughtUp(key, say.version);
  } catch (error) {
    log.warn({ key, problem: problemOf(error) }, 'a post that was left behind could not be brought up to date yet');
  }
}
