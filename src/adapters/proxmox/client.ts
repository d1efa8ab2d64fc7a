import type { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import type { Json } from '#kernel/json.ts';
import { CLUSTER_STATUS, STARTED } from './answers.ts';
import { failureOf, isLost, type Subject } from './failures.ts';
import { type Answer, NoAnswer, type Request, type Way } from './way.ts';

type Read = Omit<Request, 'method'>;
type Write = Request & { readonly method: 'POST' | 'DELETE' };

interface Answered {
  readonly way: Way;
  readonly answer: Answer;
}

/** The hosts of one cluster: any of them answers for all. */
export class Client {
  readonly ways: readonly Way[];
  /** The one that answered last is asked first. */
  #preferred = 0;

  constructor(ways: readonly Way[]) {
    this.ways = ways;
  }

  /** What a host answers; the next one is asked when it doesn't. @throws as HypervisorReader */
  async read<S extends z.ZodType>(schema: S, request: Read, signal?: AbortSignal, subject?: Subject): Promise<z.output<S>> {
    const { way, answer } = await this.#askAny({ ...request, method: 'GET' }, signal, subject);
    return parsed(schema, way, answer);
  }

  /**
   * Starts something, once: only the host that has just told of the quorum is asked, and none after it.
   * @returns a UPID, or null where Proxmox gives none
   * @throws hypervisor_no_quorum; hypervisor_unreachable when it is unknown whether it was started
   */
  async write(request: Write, signal?: AbortSignal, subject?: Subject): Promise<string | null> {
    const { way, answer } = await this.#change(request, signal, subject);
    return startedBy(way, answer.data);
  }

  /** The same, where nothing that is answered matters. */
  async tell(request: Write, signal?: AbortSignal, subject?: Subject): Promise<void> {
    await this.#change(request, signal, subject);
  }

  async #change(request: Write, signal: AbortSignal | undefined, subject: Subject | undefined): Promise<Answered> {
    const { way, answer: status } = await this.#askAny({ method: 'GET', path: ['cluster', 'status'] }, signal, {});
    if (!isQuorate(parsed(CLUSTER_STATUS, way, status))) throw new VigieError('hypervisor_no_quorum');
    const answer = await this.#askOnce(way, request, signal);
    if (answer.status >= 400) throw failureOf(way.host, answer, subject);
    return { way, answer };
  }

  async close(): Promise<void> {
    await Promise.all(this.ways.map((way) => way.close()));
  }

  async #askAny(request: Request, signal: AbortSignal | undefined, subject: Subject | undefined): Promise<Answered> {
    requirePath(request);
    const failures: VigieError[] = [];
    for (const at of this.#order()) {
      const way = this.ways[at];
      if (way === undefined) continue;
      const answer = await tried(way, request, signal);
      if (answer instanceof VigieError) failures.push(answer);
      else if (isLost(answer.status)) failures.push(failureOf(way.host, answer, subject));
      else {
        this.#preferred = at;
        if (answer.status >= 400) throw failureOf(way.host, answer, subject);
        return { way, answer };
      }
    }
    throw gravest(failures);
  }

  async #askOnce(way: Way, request: Write, signal: AbortSignal | undefined): Promise<Answer> {
    requirePath(request);
    try {
      return await way.ask(request, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof NoAnswer || (error instanceof VigieError && error.code === 'ssh_unreachable'))
        throw new VigieError('hypervisor_unreachable', { host: way.host, reason: reasonOf(error) }, error);
      throw error;
    }
  }

  #order(): readonly number[] {
    return this.ways.map((_, index) => (this.#preferred + index) % this.ways.length);
  }
}

/**
 * A name, whoever chose it, is one part of a path and leads nowhere else; ids of backups alone have a `/`.
 * @throws TypeError
 */
function requirePath({ path }: Read): void {
  const parts = path.flatMap((part) => part.split('/'));
  if (parts.some((part) => part === '' || part === '.' || part === '..' || /\p{Cc}/u.test(part)))
    throw new TypeError(`${JSON.stringify(path)} is no path of Proxmox's API`);
}

/** A machine that is in no cluster has nobody to agree with. */
export function isQuorate(status: z.output<typeof CLUSTER_STATUS>): boolean {
  const cluster = status.find(({ type }) => type === 'cluster');
  return cluster === undefined ? status.some(({ type }) => type === 'node') : cluster.quorate === true;
}

/**
 * Asks once, and once more where a connection that was kept had been closed at the other end meanwhile: reading twice harms nobody.
 * @returns the error of a host that can't be had, for the next one may
 */
async function tried(way: Way, request: Request, signal: AbortSignal | undefined): Promise<Answer | VigieError> {
  for (let again = true; ; again = false) {
    try {
      return await way.ask(request, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof VigieError) return error;
      if (!(error instanceof NoAnswer)) throw error;
      if (again && CLOSED.test(error.message)) continue;
      return new VigieError('hypervisor_unreachable', { host: way.host, reason: error.message }, error);
    }
  }
}

const CLOSED = /other side closed|ECONNRESET|EPIPE|socket hang up/u;

/** A host that shows another certificate or key says more than one that is silent. */
function gravest(failures: readonly VigieError[]): VigieError {
  const grave = failures.find(({ code }) => code === 'hypervisor_fingerprint' || code === 'ssh_host_key');
  return grave ?? failures.at(-1) ?? new VigieError('hypervisor_not_configured');
}

function parsed<S extends z.ZodType>(schema: S, { host }: Way, { status, data }: Answer): z.output<S> {
  const read = schema.safeParse(data);
  if (read.success) return read.data;
  const where = read.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  throw new VigieError('hypervisor_refused', { host, status, reason: `not what Proxmox answers: ${where.slice(0, 3).join('; ')}` });
}

/** An answer that nobody can read leaves it unknown what was done. */
function startedBy({ host }: Way, data: Json): string | null {
  if (data === null || data === '') return null;
  const read = STARTED.safeParse(data);
  if (read.success) return read.data;
  throw new VigieError('hypervisor_unreachable', { host, reason: 'its answer to what it was told to start can not be read' });
}

function reasonOf(error: NoAnswer | VigieError): string {
  return error instanceof VigieError ? String(error.params['reason'] ?? error.code) : error.message;
}
