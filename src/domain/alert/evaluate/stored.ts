import { BOUNDS } from '#kernel/bounds.ts';
import { abridged } from '#kernel/cut.ts';
import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';

/** So much of each text is kept of a document that is too large as a whole, at first; a quarter of it each time that it still is. */
const LONGEST = 16_000;
const SHORTEST = 60;

/** A document as an alert keeps it: whole, or with its long texts cut, or only its short members. */
export function storedDocument(document: JsonObject): JsonObject {
  let kept = document;
  for (let most = LONGEST; !fits(kept) && most >= SHORTEST; most /= 4) kept = shortened(document, most);
  if (fits(kept)) return kept;
  // Members without end: what is small of them.
  const entries: [string, Json][] = [];
  let length = 0;
  for (const [name, value] of Object.entries(kept)) {
    const size = name.length + JSON.stringify(value).length;
    if (size > LONGEST || length + size > BOUNDS.storedDocument.most / 2) continue;
    length += size;
    entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}

/** A measured value: a term, an old and a new one. */
export function storedValue(value: Json): Json {
  if (typeof value === 'string') return abridged(value, BOUNDS.keyPart.most);
  if (value === null || typeof value !== 'object') return value;
  const text = JSON.stringify(value);
  return text.length <= BOUNDS.keyPart.most ? value : abridged(text, BOUNDS.keyPart.most);
}

function fits(document: JsonObject): boolean {
  return JSON.stringify(document).length <= BOUNDS.storedDocument.most;
}

/** A document whose texts are no longer than that; itself when they are short. */
export function shortened(document: JsonObject, most: number): JsonObject {
  const entries = Object.entries(document).map(([name, member]) => [name, shortenedValue(member, most)] as const);
  return entries.every(([name, member]) => member === document[name]) ? document : Object.fromEntries(entries);
}

function shortenedValue(value: Json, most: number): Json {
  if (typeof value === 'string') return abridged(value, most);
  if (value === null || typeof value !== 'object') return value;
  if (isJsonObject(value)) return shortened(value, most);
  const items = value.slice(0, most).map((item: Json) => shortenedValue(item, most));
  return items.length === value.length && items.every((item, index) => item === value[index]) ? value : items;
}
