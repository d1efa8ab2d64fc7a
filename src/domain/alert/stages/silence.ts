import { isActive, labels, type Alert } from '../alert.ts';
import { matches } from '../matchers.ts';
import type { Round, Stage, Withheld } from '../round.ts';
import { windowOf } from '../settings.ts';
import { silenceOf } from '../silence.ts';
import { isSystemRule } from '../system.ts';

/** Holds back what somebody silenced, what was announced as maintenance, and what came back too soon. */
export const silence: Stage = (round) => {
  const silences = [...round.book.silences.values()];
  const withheld = new Map<string, Withheld>(round.withheld);
  for (const alert of round.book.alerts.values()) {
    if (!isActive(alert) || withheld.has(alert.id)) continue;
    const reason = reasonFor(round, alert, silences);
    if (reason !== null) withheld.set(alert.id, reason);
  }
  return { ...round, withheld };
};

function reasonFor({ settings, now }: Round, alert: Alert, silences: Parameters<typeof silenceOf>[1]): Withheld | null {
  const silenced = silenceOf(alert, silences, now, settings.hostNames);
  if (silenced !== null) return { because: 'silenced', by: silenced.id, until: silenced.endsAt };
  const window = isSystemRule(alert.rule)
    ? null
    : windowOf(settings, (matchers) => matches(matchers, labels(alert), settings.hostNames), now);
  if (window !== null) return { because: 'maintenance', by: window.name };
  if (alert.quietUntil !== null && now < alert.quietUntil) return { because: 'realert', until: alert.quietUntil };
  return null;
}
