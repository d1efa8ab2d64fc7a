import type { JsonObject } from '#kernel/json.ts';
import { keptKeyText, keyText, type AlertKey } from '../key.ts';
import type { KeyReport } from '../look.ts';
import type { Rule } from '../rule.ts';
import { pagedGroups, type Grouping } from './groups.ts';
import { ask, type Inquiry, type Question } from './inquiry.ts';
import { bucketsOf, countOf, objectAt } from './read.ts';
import { inColumns, made, ofKey, ofKeys, type Evaluated, type Scene } from './scene.ts';
import { within } from './time.ts';

/** No window is so short that two missed documents of a Beat would be silence. */
const SHORTEST_MS = 300_000;

/** The keys among `open` whose source sent nothing in the rule's window: any document of the index counts, not only those that the rule's filter wants. */
export function* silentKeys(scene: Scene): Inquiry<ReadonlySet<string>> {
  const { rule, span, open } = scene;
  if (open.length === 0) return new Set();
  if (open.length > SINGLY && isGrouped(scene)) return yield* silentAmongMany(scene);
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
  return new Set(open.filter((_, index) => (counts[index] ?? 0) === 0).map(keptKeyText));
}

/** So many are asked for by a filter each; of more, those that are there are counted. */
const SINGLY = 200;
const GROUPING: Grouping = { leaf: {}, atLeast: 1, withMissing: true };

function* silentAmongMany(scene: Scene): Inquiry<ReadonlySet<string>> {
  const { rule, span, open } = scene;
  const filter = [within(rule, span.to - windowOf(rule), span.to), ofKeys(scene, open)];
  const question = (body: JsonObject): Question => ({ index: rule.index, body: { query: { bool: { filter } }, ...made(scene), ...body } });
  const there = new Set((yield* pagedGroups(scene, question, GROUPING)).map(({ key }) => keyText(key)));
  return new Set(open.map(keptKeyText).filter((text) => !there.has(text)));
}

/** Whether all keys are those of the rule, by columns that can be grouped by. */
function isGrouped({ rule: { queryKey }, open, columns }: Scene): boolean {
  const isOwn = open.every((key) => Object.keys(key).length === queryKey.length && queryKey.every((field) => key[field] !== undefined));
  return queryKey.length > 0 && isOwn && inColumns({ columns }, queryKey);
}

function windowOf({ kind, bufferTimeMs }: Rule): number {
  const timeframeMs = 'timeframeMs' in kind ? kind.timeframeMs : null;
  return Math.max(SHORTEST_MS, timeframeMs ?? bufferTimeMs);
}

/** How each open key stands: a state as it was measured, what happens by whether it did; nobody can say of a silent source that all is well. */
export function reportsOf(evaluated: Evaluated, open: readonly AlertKey[], silent: ReadonlySet<string>): readonly KeyReport[] {
  const { standings, findings } = evaluated;
  const found = new Set(findings.map(({ key }) => keyText(key)));
  const asked = new Set(standings === null ? [] : open.map(keptKeyText));
  const others = [...(standings ?? [])]
    .filter(([text]) => !asked.has(text))
    .map(([, { key, breached, value }]) => report(key, breached, value));
  return [...open.map((key) => openReport(key)), ...others];

  function openReport(key: AlertKey): KeyReport {
    const text = keptKeyText(key);
    const standing = standings?.get(text);
    if (standing !== undefined) return report(key, standing.breached, standing.value);
    if (standings === null && found.has(text)) return { key, state: 'breached', value: null };
    return { key, state: standings !== null || silent.has(text) ? 'silent' : 'clear', value: null };
  }
}

function report(key: AlertKey, breached: boolean, value: number | null): KeyReport {
  return { key, state: breached ? 'breached' : 'clear', value };
}
