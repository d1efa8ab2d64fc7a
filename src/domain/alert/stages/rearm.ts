import type { Stage } from '../round.ts';
import { withAlerts } from '../round.ts';

/** Somebody who took a critical alert may have fallen asleep over it. */
const CRITICAL_TAKEN_MS = 4 * 3_600_000;

/** Whoever took a critical alert has it for so long at most: then it is everybody's again. */
export const rearm: Stage = (round) => {
  const lapsed = [...round.book.alerts.values()].filter(
    (alert) =>
      alert.state === 'acknowledged' &&
      alert.severity === 'critical' &&
      alert.takenAt !== null &&
      round.now - alert.takenAt >= CRITICAL_TAKEN_MS,
  );
  return withAlerts(
    round,
    lapsed.map((alert) => ({ ...alert, state: 'firing', takenBy: null, takenAt: null })),
  );
};
