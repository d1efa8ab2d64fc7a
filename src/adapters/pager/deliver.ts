import pRetry from 'p-retry';
import { beforeAbort } from '#kernel/abort.ts';
import { createBlot } from '#kernel/blot.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import { visibleLine } from '#kernel/visible.ts';
import type { Severity } from '#domain/alert/rule.ts';

/** What all pagers have in common. */
export interface PagerOptions {
  readonly name: string;
  readonly minSeverity: Severity;
  /** For one try, from connecting to the answer. */
  readonly timeoutMs: number;
  /** Before the second try; three times as long before the third. One second by default. */
  readonly retryMs?: number;
}

/** The connection failed: a page that rings twice is better than one that never rings. */
export class Disconnected extends Error {
  override readonly name = 'Disconnected';
}

/** The other side answered, and it was no. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

const RETRY_MS = 1_000;
const TRIES = 3;

/**
 * Makes one try after the other, each with its deadline, until the page is taken. Only a connection that failed is tried
 * again: a refusal stays one, and what hangs may have been taken.
 * @param secrets what must not stand in an error, whoever wrote it there
 * @throws pager_unreachable, pager_refused; or the signal's reason
 */
export async function deliver(
  { name, timeoutMs, retryMs = RETRY_MS }: PagerOptions,
  secrets: readonly string[],
  signal: AbortSignal | undefined,
  attempt: (deadline: AbortSignal) => Promise<void>,
): Promise<void> {
  signal?.throwIfAborted();
  const once = async (): Promise<void> => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    try {
      await beforeAbort(either, attempt(either));
    } catch (error) {
      signal?.throwIfAborted();
      throw deadline.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error;
    }
  };
  try {
    const retry = {
      retries: TRIES - 1,
      minTimeout: retryMs,
      factor: 3,
      shouldRetry: ({ error }: { error: Error }) => isWorthRetrying(error),
    };
    await pRetry(once, signal === undefined ? retry : { ...retry, signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw failureOf(name, secrets, error);
  }
}

function isWorthRetrying(error: Error): boolean {
  return error instanceof Disconnected;
}

/** The cause isn't kept: libraries put headers, addresses and whole dialogues into theirs. */
function failureOf(pager: string, secrets: readonly string[], error: unknown): VigieError {
  const reason = withoutSecrets(reasonOf(error), secrets);
  if (error instanceof Refused) return new VigieError('pager_refused', { pager, status: error.status, reason });
  return new VigieError('pager_unreachable', { pager, reason });
}

const REASON_MAX = BOUNDS.pagerReason.most;
/** Shortest secret that is looked for: topics are shorter than passwords, and an answer of a pager's server holds few words. */
const SHORTEST = 4;

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return visibleLine(createBlot(secrets, SHORTEST)(text)).trim().slice(0, REASON_MAX);
}
