import type { Json, JsonObject } from '#kernel/json.ts';
import { keyText, type AlertKey } from '../key.ts';
import type { Finding } from '../look.ts';
import { wholeSource, type Entry } from './documents.ts';
import { ask, type Inquiry } from './inquiry.ts';
import { matchFields } from './match-fields.ts';
import type { Scene } from './scene.ts';
import { storedDocument, storedValue } from './stored.ts';
import { asInstant } from './time.ts';

/** A finding before its document is fetched; `entry` is the one behind it, null when there is none. */
export interface Draft {
  readonly key: AlertKey;
  readonly at: number;
  readonly value: Json;
  readonly limit: Json;
  readonly matches: number;
  readonly entry: Entry | null;
  /** What ElastAlert's texts may name of it, beside what its type says. */
  readonly fields?: JsonObject;
}

/** So many whole documents are fetched for one look: texts speak of the newest finding of each key. */
const DOCUMENTS = 50;

/** Findings, oldest first; the newest of each key with its whole document, or the fields that the rule includes. */
export function* finish(scene: Scene, drafts: readonly Draft[]): Inquiry<readonly Finding[]> {
  const inOrder = drafts.toSorted((a, b) => a.at - b.at);
  const newest = new Map(inOrder.map((draft) => [keyText(draft.key), draft.entry] as const));
  const wanted = [...newest.values()]
    .filter((entry) => entry !== null)
    .filter(({ isWhole }) => !isWhole)
    .slice(-DOCUMENTS);
  const documents = wanted.length === 0 ? new Map<string, JsonObject>() : yield* wholeDocuments(scene, wanted);
  return inOrder.map((draft) => findingOf(scene, draft, documents));
}

function findingOf(scene: Scene, draft: Draft, documents: ReadonlyMap<string, JsonObject>): Finding {
  const { key, at, entry, matches } = draft;
  const document = entry === null ? bare(scene, draft) : (documents.get(entry.id) ?? entry.source);
  return {
    key: inOrderOf(scene.rule.queryKey, key),
    at,
    value: storedValue(draft.value),
    limit: storedValue(draft.limit),
    matches,
    document: storedDocument({ ...document, ...matchFields(scene.kind, draft) }),
  };
}

/** As people read it: in the order of the rule's fields. */
function inOrderOf(fields: readonly string[], key: AlertKey): AlertKey {
  return Object.fromEntries(fields.flatMap((field) => (key[field] === undefined ? [] : [[field, key[field]]])));
}

function* wholeDocuments(scene: Scene, entries: readonly Entry[]): Inquiry<ReadonlyMap<string, JsonObject>> {
  const { index } = scene.rule;
  const found = new Map<string, JsonObject>();
  let wanted = entries.map(({ id }) => id);
  while (wanted.length > 0) {
    const body = {
      size: wanted.length,
      track_total_hits: false,
      query: { ids: { values: wanted } },
      _source: wholeSource(scene),
    };
    const { hits, cut } = yield* ask({ index, body, dispensable: true });
    for (const { id, source } of hits) found.set(id, storedDocument(source));
    // Large ones come in several answers.
    wanted = cut === true && hits.length > 0 ? wanted.filter((id) => !found.has(id)) : [];
  }
  return found;
}

/** What there is to say where no document stands behind a finding. */
function bare(scene: Scene, { key, at, value }: Omit<Draft, 'entry'>): JsonObject {
  return { ...key, [scene.rule.timestampField]: asInstant(scene.rule, at), value };
}
