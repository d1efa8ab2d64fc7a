import type { Alert, Said, Saying } from './alert.ts';
import type { Finding } from './look.ts';
import type { Rule, RuleKind } from './rule.ts';

/** So many are listed of one alert; beyond, they are counted. */
const LISTED = 20;

/**
 * What becomes of an open alert that a finding goes on with: whether the finding says something else than it does (another new value, another change,
 * another limit passed, the other direction), and whether that is to be told now. A measure that merely moved on says nothing else. ElastAlert tells
 * each of them, once `realert` is over; what it says within that time is told with what comes next.
 */
export function newsIn({ kind, realertMs }: Rule, alert: Alert, finding: Finding, now: number): Pick<Alert, 'said' | 'newsAt'> {
  const before = alert.said ?? { values: [sayingOf(alert)], more: 0, untold: 0 };
  if (!isOther(kind, before, finding)) return {};
  const told = alert.newsAt ?? alert.firingAt;
  const isDue = told !== null && now - told >= realertMs;
  return { said: saidWith(kind, before, sayingOf(finding)), ...(isDue ? { newsAt: now } : {}) };
}

function isOther(kind: RuleKind, { values }: Said, finding: Finding): boolean {
  const known = REPEATING.has(kind.type) ? values.slice(-1) : values;
  const other = meaningOf(kind, finding);
  return other !== null && known.every((saying) => meaningOf(kind, saying) !== other);
}

/** What goes back and forth is news each time; a value of a list is so once. */
const REPEATING: ReadonlySet<RuleKind['type']> = new Set([
  'change',
  'cardinality',
  'metric_aggregation',
  'percentage_match',
  'spike',
  'spike_aggregation',
]);

/** What makes one saying another; null where it is but a number of documents, or a state. */
function meaningOf(kind: RuleKind, { value, limit }: Saying): string | null {
  switch (kind.type) {
    case 'new_term':
    case 'blacklist':
    case 'whitelist':
      return JSON.stringify(value);
    case 'change':
      return JSON.stringify([limit, value]);
    case 'metric_aggregation':
    case 'percentage_match':
    case 'cardinality':
      return JSON.stringify(limit);
    case 'spike':
    case 'spike_aggregation':
      return typeof value === 'number' && typeof limit === 'number' && value > limit ? 'up' : 'down';
    case 'any':
    case 'frequency':
    case 'flatline':
    case 'forecast':
    case 'probe':
      return null;
    default:
      return kind satisfies never;
  }
}

function saidWith(kind: RuleKind, { values, more, untold }: Said, saying: Saying): Said {
  const again = values.findIndex((each) => meaningOf(kind, each) === meaningOf(kind, saying));
  const isUntold = again >= 0 && again >= values.length - untold;
  const all = [...values.filter((_, index) => index !== again), saying];
  const kept = all.slice(-LISTED);
  return { values: kept, more: more + all.length - kept.length, untold: isUntold ? untold : untold + 1 };
}

function sayingOf({ value, limit }: Saying): Saying {
  return { value, limit };
}

/** What people are to be told of an alert beside what it says now. */
export interface Besides {
  readonly values: readonly Saying[];
  readonly more: number;
}

/** @param told whether people know of the alert: then only what is new to them */
export function besides({ said }: Alert, told: boolean): Besides {
  if (said === undefined) return { values: [], more: 0 };
  const wanted = Math.max(0, (told ? said.untold : said.values.length + said.more) - 1);
  const values = wanted === 0 ? [] : said.values.slice(0, -1).slice(-wanted);
  return { values, more: wanted - values.length };
}

export function isUntold({ said }: Alert): boolean {
  return said !== undefined && said.untold > 0;
}

/** The same alert, once people were told all that it said. */
export function asTold(alert: Alert): Alert {
  return alert.said === undefined ? alert : { ...alert, said: { ...alert.said, untold: 0 } };
}
