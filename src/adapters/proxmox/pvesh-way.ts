import { BOUNDS } from '#kernel/bounds.ts';
import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { type Json, parseJson } from '#kernel/json.ts';
import type { CommandResult, Remote } from '#ports/remote.ts';
import { detached, LOOK, RUNNING } from './pvesh-script.ts';
import { startedTask } from './pvesh-task.ts';
import { type Answer, NoAnswer, type Request, type Way } from './way.ts';

export interface PveshOptions {
  readonly clock: Clock;
  readonly remote: Remote;
  /** For one request, its whole answer included. */
  readonly timeoutMs: number;
  /** Whether the account is another one than root: `pvesh` is root's. */
  readonly sudo: boolean;
}

const VERBS = { GET: 'get', POST: 'create', DELETE: 'delete' } as const;
const KEEP_BYTES = BOUNDS.hypervisorAnswer.most;
/** `pvesh` takes half a second of a processor to start: more often makes no sense. */
const POLL_MS = 500;

/** Proxmox's API through `pvesh` on a host that is reached over SSH. */
export class PveshWay implements Way {
  readonly host: string;
  readonly #options: PveshOptions;

  constructor(options: PveshOptions) {
    this.#options = options;
    this.host = options.remote.host;
  }

  async ask(request: Request, signal: AbortSignal | undefined): Promise<Answer> {
    signal?.throwIfAborted();
    const deadline = AbortSignal.timeout(this.#options.timeoutMs);
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    try {
      return await (request.method === 'GET' ? this.#get(request, either) : this.#start(request, either));
    } catch (error) {
      signal?.throwIfAborted();
      if (deadline.aborted) throw new NoAnswer(`no answer within ${this.#options.timeoutMs} ms`, { cause: error });
      if (error instanceof VigieError || error instanceof NoAnswer) throw error;
      throw new NoAnswer(String(error), { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#options.remote.close();
  }

  async #get(request: Request, signal: AbortSignal): Promise<Answer> {
    return answerOf(await this.#exec(this.#command(request), signal));
  }

  /**
   * Here `pvesh` itself follows a task to its end, and takes it along if it dies. So it is set free of the connection, and what it
   * started is found among the node's tasks.
   */
  async #start(request: Request, signal: AbortSignal): Promise<Answer> {
    const before = await this.#tasks(request, signal);
    if (before.status >= 400) return before;
    const begun = await this.#exec(detached(this.#command(request)), signal);
    const output = begun.stdout.trim();
    if (begun.code !== 0 || output === '') throw new NoAnswer(begun.stderr.trim() || 'pvesh could not be started');
    for (;;) {
      const looked = await this.#exec(LOOK(output), signal);
      // It ends as its task does: a task that has failed already was started all the same.
      const id = startedTask(request, before.data, (await this.#tasks(request, signal)).data);
      if (id !== null) return { status: 200, message: '', data: id };
      if (looked.code !== RUNNING) return answerOf(looked);
      await this.#options.clock.sleep(POLL_MS, signal);
      signal.throwIfAborted();
    }
  }

  #tasks({ path }: Request, signal: AbortSignal): Promise<Answer> {
    return this.#get({ method: 'GET', path: ['nodes', path[1] ?? '', 'tasks'], params: { source: 'all' } }, signal);
  }

  #command({ method, path, params = {} }: Request): readonly string[] {
    const options = Object.entries(params).flatMap(([key, value]) => [`--${key}`, String(value)]);
    const pvesh = ['pvesh', VERBS[method], `/${path.join('/')}`, ...options, '--output-format', 'json'];
    return this.#options.sudo ? ['sudo', '-n', ...pvesh] : pvesh;
  }

  #exec(command: readonly string[], signal: AbortSignal): Promise<CommandResult> {
    return this.#options.remote.exec(command, { keepBytes: KEEP_BYTES }, signal);
  }
}

/** Nobody of that name over there, or nobody whom `sudo` lets. */
const NOT_PVESH = /(?:pvesh|sudo): (?:command )?not found|^sudo:/mu;

/** A task's log comes before what the call returns, which stands on the last line. */
function answerOf({ code, stdout, stderr }: CommandResult): Answer {
  const words = stderr.trim();
  if (code === 127 || NOT_PVESH.test(words)) throw new NoAnswer(words);
  if (code !== 0)
    return { status: Number(/^([45]\d\d) /u.exec(words)?.[1] ?? 500), message: words.replaceAll(/\s*\n\s*/gu, ' '), data: null };
  const whole = stdout.trim();
  return { status: 200, message: '', data: valueOf(whole) ?? valueOf(whole.slice(whole.lastIndexOf('\n') + 1)) ?? null };
}

/** A bare UPID isn't put in quotes by every version. @returns undefined for what is nothing of the kind */
function valueOf(text: string): Json | undefined {
  if (text === '') return null;
  if (/^UPID:\S+$/u.test(text)) return text;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
