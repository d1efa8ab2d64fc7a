import type { JsonObject } from '#kernel/json.ts';
import { vesselName, type Trend, type Vessel } from '#ports/levels.ts';

/** Further ahead no line through six hours says anything. */
const FAR_MS = 365 * 86_400_000;

export type Trends = ReadonlyMap<string, Trend>;

/** How full something is, and when it would be full: `trend` is `unknown` as long as too little was seen of it. */
export function levelOf(
  trends: Trends | null,
  vessel: Vessel,
  { share, free }: { readonly share: number; readonly free: number },
): JsonObject {
  const trend = trends?.get(vesselName(vessel)) ?? { state: 'unknown' };
  const near = trend.state === 'fills' && trend.inMs < FAR_MS;
  return { share, free, trend: trend.state === 'fills' && !near ? 'steady' : trend.state, full_in: near ? Math.round(trend.inMs) : null };
}
