import { randomUUID } from 'node:crypto';
import { type ClientAnswer, type ClientCommand, type RunningClient, startClient } from './client.ts';
import type { Place } from './place.ts';

/** A client that answers one question after another, until one fails: starting it takes longer than most answers do. */
interface Session {
  readonly client: RunningClient;
  readonly output: AsyncIterator<Uint8Array>;
  readonly questions: Questions;
}

/** How a client is made to print a line by itself, as the last of an answer. */
export type Marking = (mark: string) => string;

/**
 * Sessions of a server's client that stay open while one piece of work asks many questions. Each is of one server, account and database, as its arguments name them.
 * What a question leaves behind in a session is the asker's to undo.
 */
export class KeptSessions {
  readonly #place: Place;
  readonly #marking: Marking;
  readonly #open = new Map<string, Promise<Session>>();

  constructor(place: Place, marking: Marking) {
    this.#place = place;
    this.#marking = marking;
  }

  /**
   * @param command without an input; it has to read statements from there, to flush what it prints and to end at its first error
   * @returns as `askClient` would; without what it complained of where it goes on
   */
  async ask(command: Omit<ClientCommand, 'input'>, question: string, signal?: AbortSignal): Promise<ClientAnswer> {
    const key = JSON.stringify(command);
    const session = await this.#session(key, command, signal);
    const mark = randomUUID();
    session.questions.put(`${question}\n${this.#marking(mark)}\n`);
    try {
      const stdout = await until(session.output, `${mark}\n`);
      if (stdout.whole) return { stdout: stdout.text, stderr: '', code: 0 };
      this.#open.delete(key);
      return { ...(await session.client.ended), stdout: stdout.text };
    } catch (error) {
      this.#open.delete(key);
      throw error;
    }
  }

  /** Starts one that will be asked soon, while something else is waited for; whoever asks it then is told what went wrong. */
  warm(command: Omit<ClientCommand, 'input'>, signal?: AbortSignal): void {
    this.#session(JSON.stringify(command), command, signal).catch(() => undefined);
  }

  /** Ends them all: nothing of this piece of work is connected any longer. */
  async close(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(open.map((each) => each.then(end).catch(() => undefined)));
  }

  async #session(key: string, command: Omit<ClientCommand, 'input'>, signal?: AbortSignal): Promise<Session> {
    const known = this.#open.get(key);
    if (known !== undefined) return await known;
    const started = start(this.#place, command, signal);
    this.#open.set(key, started);
    started.catch(() => this.#open.delete(key));
    return await started;
  }
}

async function start(place: Place, command: Omit<ClientCommand, 'input'>, signal?: AbortSignal): Promise<Session> {
  const questions = new Questions();
  const client = await startClient(place, { ...command, input: questions }, signal);
  // Whoever asks next learns of it from the output.
  client.ended.catch(() => undefined);
  return { client, output: client.stdout[Symbol.asyncIterator](), questions };
}

/** Its connection or its signal may have gone first. */
async function end({ client, output, questions }: Session): Promise<void> {
  questions.end();
  while ((await output.next()).done !== true);
  await client.ended;
}

/** What is printed up to a line; not whole where it ends before. */
async function until(output: AsyncIterator<Uint8Array>, line: string): Promise<{ readonly text: string; readonly whole: boolean }> {
  const chunks: Uint8Array[] = [];
  let tail = '';
  for (;;) {
    const next = await output.next();
    if (next.done === true) return { text: Buffer.concat(chunks).toString('utf8'), whole: false };
    const value = next.value;
    chunks.push(value);
    // A line of ASCII, and nothing comes behind it: the client waits by then.
    tail = `${tail}${Buffer.from(value).toString('latin1')}`.slice(-line.length);
    if (tail === line) return { text: Buffer.concat(chunks).toString('utf8').slice(0, -line.length), whole: true };
  }
}

/** Questions as they come, for a client that reads them. */
class Questions implements AsyncIterable<Uint8Array> {
  readonly #waiting: string[] = [];
  #ended = false;
  #wake: () => void = () => undefined;

  put(question: string): void {
    this.#waiting.push(question);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const question = this.#waiting.shift();
      if (question !== undefined) yield Buffer.from(question);
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
