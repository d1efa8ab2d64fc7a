import { systemClock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { onCall } from '#domain/alert/oncall.ts';
import type { RotaSource } from '#pipeline/people/rota.ts';
import { absent, type Finding } from '../../finding.ts';
import type { Examination } from '../system.ts';

/** Who is on call, as list or calendar say; swaps are in the store of the running vigie. */
export async function lookAtOncall(source: RotaSource | null, { words }: Examination): Promise<readonly Finding[]> {
  const what = 'on call';
  if (source === null) return [absent(what, 'nobody configured: a critical alert mentions nobody by name')];
  const now = systemClock.now();
  const state = source.state();
  if (state?.problem != null) return [{ what, ok: false, detail: words(new VigieError(state.problem.code, state.problem.params)) }];
  const { current } = onCall(source.rota(now), [], now);
  const ignored = (state?.ignored ?? []).map((title) => ({
    what,
    ok: false,
    detail: `"${title}" in the calendar counts for nothing: map it in oncall.ics.names`,
  }));
  const detail =
    current === null ? 'nobody now: is the calendar up to date?' : `${current.person}, until ${new Date(current.to).toISOString()}`;
  return [{ what, ok: current !== null, detail }, ...ignored];
}
