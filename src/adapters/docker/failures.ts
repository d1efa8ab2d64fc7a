import { VigieError } from '#kernel/errors.ts';
import { isRecord, reasonOf } from '#kernel/json.ts';

/** What Docker answers instead of 2xx, in its own words. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/**
 * Docker's refusal behind an error: dockerode's own, or one that `failureOf` has made of it.
 * @returns null when Docker didn't answer at all
 */
export function refusalOf(thrown: unknown): Refusal | null {
  const error = thrown instanceof VigieError ? thrown.cause : thrown;
  const { statusCode, json } = membersOf(error);
  if (typeof statusCode !== 'number') return null;
  const { message } = membersOf(json);
  return { status: statusCode, message: (typeof message === 'string' ? message : streamedMessage(error)).trim() || `HTTP ${statusCode}` };
}

/** dockerode puts what was refused of a stream (of a command, of logs) behind these words of its own, and nowhere else. */
const BEFORE_MESSAGE = /^\(HTTP code \d+\) [^-]*- /u;

function streamedMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : '';
  return BEFORE_MESSAGE.test(text) ? text.replace(BEFORE_MESSAGE, '') : '';
}

function membersOf(value: unknown): Record<string, unknown> {
  if (value instanceof Error) return Object.fromEntries(Object.entries(value));
  return isRecord(value) ? value : {};
}

/**
 * A manager's words while the Swarm has no leader, or hasn't agreed in time: for a while after one is lost, and as long as too few are left.
 * Whatever was sent may have been done or not, as with no answer at all.
 */
const NO_LEADER =
  /does not have a leader|lost leader status|no elected cluster leader|raft node is stopped|context deadline exceeded|code = (?:Unavailable|DeadlineExceeded)/;

/**
 * The error of a failed request. Nothing of what was sent is in it, credentials least of all.
 * @param host how the daemon is reached, as a person knows it
 */
export function failureOf(host: string, thrown: unknown): VigieError {
  if (thrown instanceof VigieError) return thrown;
  const refusal = refusalOf(thrown);
  if (refusal === null) return new VigieError('swarm_unreachable', { host, reason: reasonOf(thrown) }, thrown);
  if (NO_LEADER.test(refusal.message)) return new VigieError('swarm_unreachable', { host, reason: refusal.message }, thrown);
  if (refusal.message.includes('not a swarm manager')) return new VigieError('swarm_not_manager', { host }, thrown);
  return new VigieError('swarm_refused', { host, reason: refusal.message }, thrown);
}
