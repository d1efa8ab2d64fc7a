import { VigieError } from '#kernel/errors.ts';
import { resolveMoment, type Moment } from '#domain/command/moment.ts';

const TEN_MINUTES_MS = 600_000;

/** The time that is asked about. */
export interface LogSpan {
  readonly since: number;
  /** Null: up to now. */
  readonly until: number | null;
}

/**
 * Ten minutes, up to now or to the end that is asked for.
 * @throws moment_future, logs_span where the end isn't behind the beginning
 */
export function logSpan(since: Moment | undefined, until: Moment | undefined, now: number, timezone: string): LogSpan {
  const end = until === undefined ? null : resolveMoment(until, now, timezone);
  if (end !== null && end > now) throw new VigieError('moment_future', { at: end, now });
  const usualMs = now - (end ?? now) + TEN_MINUTES_MS;
  const begin = pastSince(since, { usualMs, now, timezone });
  if (begin >= (end ?? now)) throw new VigieError('logs_span', { since: begin, until: end ?? now });
  return { since: begin, until: end };
}

/**
 * Since when (ms) something of the past is asked for, up to now.
 * @param usualMs how far back where nothing is said
 * @throws moment_future
 */
export function pastSince(
  since: Moment | undefined,
  { usualMs, now, timezone }: { readonly usualMs: number; readonly now: number; readonly timezone: string },
): number {
  const begin = since === undefined ? now - usualMs : beginning(since, now, timezone);
  if (begin > now) throw new VigieError('moment_future', { at: begin, now });
  return begin;
}

/** `7d` is as long ago as it says; what was said as a day or a clock is that of the wall. */
function beginning(since: Moment, now: number, timezone: string): number {
  return since.kind === 'ago' ? now - since.ms : resolveMoment(since, now, timezone);
}
