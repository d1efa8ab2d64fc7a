import type { Stage } from '../round.ts';
import { CRITICAL_TAKEN_MS } from '../take.ts';
import { withAlerts } from '../round.ts';

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
