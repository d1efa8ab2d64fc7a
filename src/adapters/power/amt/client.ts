import type { Duplex } from 'node:stream';
import { deadline } from '#kernel/abort.ts';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import { itemsIn, numberIn, readEnvelope, textIn, type Instance } from './answer.ts';
import { authorization, readChallenge, type Challenge } from './digest.ts';
import { loadMessages, type Messages, type Several, type Single } from './messages.ts';
import { post, type Posted } from './post.ts';
import type { Account, RefusalMemory } from '../refusals.ts';
import type { Turns } from '../turns.ts';

export interface AmtOptions {
  /** The configuration's name of the machine. */
  readonly machine: string;
  readonly account: Account;
  readonly open: (signal: AbortSignal) => Promise<Duplex>;
  readonly refusals: RefusalMemory;
  readonly turns: Turns;
  readonly now: () => number;
  /** For one message, its whole answer included. */
  readonly timeoutMs: number;
}

/** One conversation with AMT: nobody else is heard meanwhile. */
export interface Conversation {
  readonly get: (kind: Single) => Promise<Instance>;
  readonly all: (kind: Several) => Promise<readonly Instance[]>;
  /** What a method answers, whatever its return value. */
  readonly call: (text: (messages: Messages) => string) => Promise<Instance>;
  /** The same, and it did what was asked. @param doing as errors name it @throws machine_refused */
  readonly does: (doing: string, text: (messages: Messages) => string) => Promise<Instance>;
}

/** Of return values: done; a job was started, which is taken as well. */
const TAKEN: ReadonlySet<number> = new Set([0, 4096]);

export class AmtClient {
  readonly #options: AmtOptions;
  #challenge: Challenge | null = null;
  #messages: Promise<Messages> | null = null;

  constructor(options: AmtOptions) {
    this.#options = options;
  }

  /** @throws machine_password before anything is asked of a controller that refused this very password */
  async talk<T>(signal: AbortSignal | undefined, about: (conversation: Conversation) => Promise<T>): Promise<T> {
    const { turns, refusals, machine } = this.#options;
    return await turns.take(signal, async () => {
      const at = await refusals.at();
      if (at !== null) throw new VigieError('machine_password', { machine, at });
      this.#messages ??= loadMessages();
      return await about(this.#conversation(await this.#messages, signal));
    });
  }

  #conversation(messages: Messages, signal: AbortSignal | undefined): Conversation {
    const ask = async (message: string): Promise<Instance> => await this.#ask(message, signal);
    const call: Conversation['call'] = (text) => ask(text(messages));
    return {
      get: (kind) => ask(messages.get(kind)),
      async all(kind) {
        const context = textIn(await ask(messages.enumerate(kind)), 'EnumerationContext');
        return itemsIn(await ask(messages.pull(kind, context)));
      },
      call,
      does: async (doing, text) => {
        const answer = await call(text);
        const value = numberIn(answer, 'ReturnValue');
        if (value !== null && TAKEN.has(value)) return answer;
        throw new VigieError('machine_refused', { machine: this.#options.machine, doing, value: value ?? 'none' });
      },
    };
  }

  async #ask(message: string, signal: AbortSignal | undefined): Promise<Instance> {
    const { machine } = this.#options;
    const { status, isXml, text } = await this.#admitted(message, signal);
    const body = isXml ? await readEnvelope(text) : null;
    if (body === null) throw this.#unreachable(`HTTP ${status}, and not what AMT answers`);
    if (body.fault !== null) throw new VigieError('machine_refused', { machine, doing: 'ask', value: `${body.fault}: ${body.reason}` });
    return body.content;
  }

  /**
   * Sends a message with the password. AMT may want another nonce at any time: a 401 to one that was used before is no refusal, and is
   * answered once. A 401 to a fresh one is: it is remembered, and nothing is tried again.
   */
  async #admitted(message: string, signal: AbortSignal | undefined): Promise<Posted> {
    const first = await this.#post(message, signal);
    if (first.status !== 401) return first;
    this.#challenge = readChallenge(first.challenge);
    if (this.#challenge === null) throw this.#unreachable('HTTP 401 without a challenge of the form Digest');
    const second = await this.#post(message, signal);
    if (second.status !== 401) return second;
    this.#challenge = null;
    return await this.#refused();
  }

  async #refused(): Promise<never> {
    const { machine, now, refusals } = this.#options;
    const at = now();
    await refusals.note(at);
    throw new VigieError('machine_password', { machine, at });
  }

  async #post(message: string, signal: AbortSignal | undefined): Promise<Posted> {
    const { account, open, timeoutMs } = this.#options;
    signal?.throwIfAborted();
    const tooLate = this.#unreachable(`no answer within ${timeoutMs / 1_000} s`);
    const late = deadline(timeoutMs, () => tooLate);
    const either = signal === undefined ? late : AbortSignal.any([signal, late]);
    const header = this.#challenge === null ? null : authorization(account, this.#challenge);
    try {
      return await post(await open(either), message, header, either);
    } catch (error) {
      signal?.throwIfAborted();
      if (late.aborted) throw tooLate;
      throw error instanceof VigieError ? error : this.#unreachable(reasonOf(error), error);
    }
  }

  #unreachable(reason: string, cause?: unknown): VigieError {
    return new VigieError('machine_unreachable', { machine: this.#options.machine, reason }, cause);
  }
}
