import type { Clock } from '#kernel/clock.ts';
import { VigieError, type Problem } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import type { Hop, Probe, ProbeResult, Seen } from '#ports/prober.ts';

/** The target is reached and something about it is wrong, or the way there is. */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure';
  readonly problem: Problem;
  /** What was measured all the same. */
  readonly value: number | null;

  constructor(problem: Problem, detail: string, value: number | null = null) {
    super(detail);
    this.problem = problem;
    this.value = value;
  }
}

/** The way to a target, hop by hop, so that whatever fails or hangs is known by its hop. */
export class Walk {
  readonly target: string;
  readonly #hops: Hop[] = [];
  /** What the target showed, whatever was wrong with it. */
  seen: Seen = {};

  constructor(target: string) {
    this.target = target;
  }

  enter(hop: Hop): void {
    this.#hops.push(hop);
  }

  see(seen: Seen): void {
    this.seen = { ...this.seen, ...seen };
  }

  get hop(): Hop | null {
    return this.#hops.at(-1) ?? null;
  }

  get walked(): readonly Hop[] {
    return [...this.#hops];
  }
}

/**
 * Walks to a target within its deadline. Whatever goes wrong on the way is a result that names the hop.
 * @param go enters the hops; returns what was measured, or null; throws ProbeFailure, or whatever the system throws
 * @throws VigieError of `go`, as it is; the signal's reason
 */
export async function walk(
  { target, timeoutMs }: Probe,
  clock: Clock,
  signal: AbortSignal | undefined,
  go: (walk: Walk, deadline: AbortSignal) => Promise<number | null>,
): Promise<ProbeResult> {
  signal?.throwIfAborted();
  const deadline = AbortSignal.timeout(timeoutMs);
  const way = new Walk(target);
  const from = clock.now();
  const result = (failure: ProbeFailure | null, value: number | null): ProbeResult => ({
    ok: failure === null,
    hop: failure === null ? null : way.hop,
    detail: failure?.message ?? '',
    problem: failure?.problem ?? null,
    latencyMs: Math.max(0, clock.now() - from),
    value,
    walked: way.walked,
    ...way.seen,
  });
  try {
    return result(null, await go(way, signal === undefined ? deadline : AbortSignal.any([signal, deadline])));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof VigieError) throw error;
    const failure = deadline.aborted ? late(way, timeoutMs) : failureOf(way, error);
    return result(failure, failure.value);
  }
}

function late({ target, hop }: Walk, timeoutMs: number): ProbeFailure {
  const problem: Problem = { code: 'probe_late', params: { target, hop, limit: timeoutMs } };
  return new ProbeFailure(problem, `no answer within ${timeoutMs} ms`);
}

function failureOf({ target, hop }: Walk, error: unknown): ProbeFailure {
  if (error instanceof ProbeFailure) return error;
  const reason = systemReason(error);
  const code = hop === 'dns' ? 'probe_unresolved' : 'probe_broken';
  return new ProbeFailure({ code, params: { target, hop, reason } }, reason);
}

/** When several addresses were tried, the words are in the single errors. */
function systemReason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return reasonOf(error);
}
