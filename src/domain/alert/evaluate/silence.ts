import type { JsonObject } from '#kernel/json.ts';
import { keyText, type AlertKey } from '../key.ts';
import type { KeyReport } from '../look.ts';
import type { Rule } from '../rule.ts';
import { ask, type Inquiry } from './inquiry.ts';
import { bucketsOf, countOf, objectAt } from './read.ts';
import { made, ofKey, type Evaluated, type Scene } from './scene.ts';
import { within } from './time.ts';

/** No window is so short that two missed documents of a Beat would be silence. */
const SHORTEST_MS = 300_000;

/** The keys among `open` whose source sent nothing in the rule's window: any document of the index counts, not only those that the rule's filter wants. */
export function* silentKeys(scene: Scene): Inquiry<ReadonlySet<string>> {
  const { rule, span, open } = scene;
  if (open.length === 0) return new Set();
  const filters: readonly JsonObject[] = open.map((key) => ofKey(scene, key));
  const body = {
    size: 0,
    track_total_hits: false,
    query: { bool: { filter: [within(rule, span.to - windowOf(rule), span.to)] } },
    ...made(scene),
    aggs: { open: { filters: { filters } } },
  };
  const { aggregations } = yield* ask({ index: rule.index, body });
  const counts = bucketsOf(objectAt(aggregations, 'open')).map(countOf);
  return new Set(open.filter((_, index) => (counts[index] ?? 0) === 0).map(keyText));
}

function windowOf({ kind, bufferTimeMs }: Rule): number {
  const timeframeMs = 'timeframeMs' in kind ? kind.timeframeMs : null;
  return Math.max(SHORTEST_MS, timeframeMs ?? bufferTimeMs);
}

/** How each open key stands: a state as it was measured, what happens by whether it did; nobody can say of a silent source that all is well. */
export function reportsOf(evaluated: Evaluated, open: readonly AlertKey[], silent: ReadonlySet<string>): readonly KeyReport[] {
  const { standings, findings } = evaluated;
  const found = new Set(findings.map(({ key }) => keyText(key)));
  const asked = new Set(open.map(keyText));
  const others = [...(standings ?? [])]
    .filter(([text]) => !asked.has(text))
    .map(([, { key, breached, value }]) => report(key, breached, value));
  return [...open.map((key) => openReport(key)), ...others];

  function openReport(key: AlertKey): KeyReport {
    const text = keyText(key);
    const standing = standings?.get(text);
    if (standing !== undefined) return report(key, standing.breached, standing.value);
    if (standings === null && found.has(text)) return { key, state: 'breached', value: null };
    return { key, state: standings !== null || silent.has(text) ? 'silent' : 'clear', value: null };
  }
}

function report(key: AlertKey, breached: boolean, value: number | null): KeyReport {
  return { key, state: breached ? 'breached' : 'clear', value };
}
