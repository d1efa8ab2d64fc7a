import { isActive, labels, type Alert } from '../alert.ts';
import { matches } from '../matchers.ts';
import type { Round, Stage, Withheld } from '../round.ts';
import { windowsNow, type MaintenanceWindow } from '../settings.ts';
import { silenceOf, type Silence } from '../silence.ts';
import { isSystemRule } from '../system.ts';

/** Holds back what somebody silenced, what was announced as maintenance, and what came back too soon. */
export const silence: Stage = (round) => {
  const held: Held = { round, silences: [...round.book.silences.values()], windows: windowsNow(round.settings, round.now) };
  const withheld = new Map<string, Withheld>(round.withheld);
  for (const alert of round.book.alerts.values()) {
    if (!isActive(alert) || withheld.has(alert.id)) continue;
    const reason = reasonFor(held, alert);
    if (reason !== null) withheld.set(alert.id, reason);
  }
  return { ...round, withheld };
};

/** What may hold an alert back now. */
interface Held {
  readonly round: Round;
  readonly silences: readonly Silence[];
  readonly windows: readonly MaintenanceWindow[];
}

function reasonFor({ round: { settings, now }, silences, windows }: Held, alert: Alert): Withheld | null {
  const silenced = silenceOf(alert, silences, now, settings.hostNames);
  if (silenced !== null) return { because: 'silenced', by: silenced.id, until: silenced.endsAt };
  const window = isSystemRule(alert.rule)
    ? undefined
    : windows.find(({ matchers }) => matches(matchers, labels(alert), settings.hostNames));
  if (window !== undefined) return { because: 'maintenance', by: window.name };
  if (alert.quietUntil !== null && now < alert.quietUntil) return { because: 'realert', until: alert.quietUntil };
  return null;
}
