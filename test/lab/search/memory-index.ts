import type { JsonObject } from '#kernel/json.ts';
import { Document } from './document.ts';
import type { TimeBounds } from './query-kind.ts';
import { Schema } from './schema.ts';

/** By this field the documents are kept in order, as nearly all searches ask for a stretch of it. */
export const TIME_FIELD = '@timestamp';

/** The documents of one index. */
export class MemoryIndex {
  readonly name: string;
  readonly schema = new Schema();
  readonly #documents = new Map<string, Document>();
  /** In order of time; null when it must be made anew. */
  #inTime: Document[] | null = [];
  /** Those without a time, or with several. */
  #timeless: Document[] = [];
  #count = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** A document of the same id takes the former's place. @returns its id */
  put(source: JsonObject, id?: string): string {
    this.schema.learn(source);
    this.#count += 1;
    const { name: index, schema } = this;
    const document = new Document({ index, schema, sequence: this.#count, id: id ?? `${index}-${this.#count}`, source });
    if (this.#documents.delete(document.id)) this.#inTime = null;
    this.#documents.set(document.id, document);
    if (this.#inTime !== null) this.#append(this.#inTime, document);
    return document.id;
  }

  /** How many documents have come by a time, and the oldest of them, ms; all documents for infinity. */
  upTo(until: number): { readonly documents: number; readonly oldest: number | null } {
    const inTime = this.#ordered();
    const documents = firstFrom(inTime, until, true);
    const others = this.#timeless.filter((each) => until === Number.POSITIVE_INFINITY || timesOf(each).some((time) => time <= until));
    const times = [...inTime.slice(0, Math.min(1, documents)), ...others].flatMap(timesOf);
    const oldest = times.length === 0 ? null : times.reduce((one, other) => Math.min(one, other));
    return { documents: documents + others.length, oldest };
  }

  all(): readonly Document[] {
    return [...this.#documents.values()];
  }

  /** All documents that may lie within, in the order in which they came. */
  within({ from, to }: TimeBounds): readonly Document[] {
    if (from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY) return this.all();
    const inTime = this.#ordered();
    const found = inTime.slice(firstFrom(inTime, from), firstFrom(inTime, to, true));
    return [...found, ...this.#timeless].sort((one, other) => one.sequence - other.sequence);
  }

  #ordered(): readonly Document[] {
    if (this.#inTime === null) {
      this.#timeless = [];
      const timed: Document[] = [];
      for (const document of this.#documents.values()) (timeOf(document) === null ? this.#timeless : timed).push(document);
      this.#inTime = timed.sort((one, other) => (timeOf(one) ?? 0) - (timeOf(other) ?? 0));
    }
    return this.#inTime;
  }

  /** Documents mostly come in order. */
  #append(inTime: Document[], document: Document): void {
    const time = timeOf(document);
    const last = inTime.at(-1);
    if (time === null) this.#timeless.push(document);
    else if (last === undefined || (timeOf(last) ?? 0) <= time) inTime.push(document);
    else this.#inTime = null;
  }
}

function timesOf(document: Document): readonly number[] {
  return document.values(TIME_FIELD).map(Number);
}

function timeOf(document: Document): number | null {
  const [time, second] = document.values(TIME_FIELD);
  return typeof time === 'number' && second === undefined ? time : null;
}

/** Where the first document stands that is not before `time`, or not at it either with `behind`. */
function firstFrom(documents: readonly Document[], time: number, behind = false): number {
  let [low, high] = [0, documents.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const document = documents[middle];
    const at = document === undefined ? Number.POSITIVE_INFINITY : (timeOf(document) ?? 0);
    if (at < time || (behind && at === time)) low = middle + 1;
    else high = middle;
  }
  return low;
}
