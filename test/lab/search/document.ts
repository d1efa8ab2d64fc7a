import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import { dateOf } from './dates.ts';
import { KEYWORD_CHARACTERS, type FieldKind, type Schema } from './schema.ts';

/** A value as its kind has it: dates are milliseconds since the epoch. */
export type Value = string | number | boolean;

interface StoredDocument extends Pick<Document, 'index' | 'id' | 'source' | 'sequence'> {
  readonly schema: Schema;
}

/** A document of an index, with the values of the fields that were asked for. */
export class Document {
  readonly index: string;
  readonly id: string;
  readonly source: JsonObject;
  /** Grows with each document of its index. */
  readonly sequence: number;
  readonly #schema: Schema;
  readonly #values = new Map<string, readonly Value[]>();
  readonly #made: ReadonlyMap<string, FieldKind>;

  /** @param made columns that a search makes of what the document says */
  constructor({ index, schema, sequence, id, source }: StoredDocument, made: ReadonlyMap<string, FieldKind> = new Map()) {
    this.#made = made;
    this.index = index;
    this.#schema = schema;
    this.sequence = sequence;
    this.id = id;
    this.source = source;
  }

  kindOf(field: string): FieldKind | null {
    return META_FIELDS.includes(field) ? 'keyword' : (this.#made.get(field) ?? this.#schema.kindOf(field));
  }

  withColumns(made: ReadonlyMap<string, FieldKind>): Document {
    return made.size === 0
      ? this
      : new Document({ index: this.index, id: this.id, source: this.source, sequence: this.sequence, schema: this.#schema }, made);
  }

  /** All values of a field, in no matter what form its objects are nested, dotted or listed. */
  values(field: string): readonly Value[] {
    const known = this.#values.get(field);
    if (known !== undefined) return known;
    const values = this.#read(field);
    this.#values.set(field, values);
    return values;
  }

  /** Whether it has a value there, or below: an object exists as soon as one of its fields does. */
  has(field: string): boolean {
    if (this.kindOf(field) !== null) return this.values(field).length > 0;
    for (const name of this.#schema.kinds().keys()) if (name.startsWith(`${field}.`) && this.values(name).length > 0) return true;
    return false;
  }

  /** Names of the fields of its index. */
  fields(): Iterable<string> {
    return this.#schema.kinds().keys();
  }

  #read(field: string): readonly Value[] {
    if (field === '_id') return [this.id];
    if (field === '_index') return [this.index];
    const kind = this.kindOf(field);
    if (kind === null) return [];
    const found: Json[] = [];
    collect(this.source, inSource(field, this.#schema).split('.'), 0, found);
    const isMade = this.#made.has(field);
    const values = found.map((value) => (isMade && kind === 'keyword' ? String(value) : valueOf(kind, value))).filter(isValue);
    return kind === 'keyword' ? [...new Set(values)] : values;
  }
}

function isValue(value: Value | null): value is Value {
  return value !== null && !Number.isNaN(value);
}

const META_FIELDS: readonly string[] = ['_id', '_index'];

/** The field whose text a `….keyword` is. */
function inSource(field: string, schema: Schema): string {
  const whole = field.endsWith('.keyword') ? field.slice(0, -'.keyword'.length) : field;
  return schema.kindOf(whole) === 'text' ? whole : field;
}

function collect(value: Json | undefined, path: readonly string[], depth: number, found: Json[]): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    for (const one of value as readonly Json[]) collect(one, path, depth, found);
  } else if (depth === path.length) {
    if (typeof value !== 'object') found.push(value);
  } else if (isJsonObject(value)) {
    let key = '';
    for (let end = depth; end < path.length; end += 1) {
      key = end === depth ? (path[end] ?? '') : `${key}.${path[end]}`;
      if (Object.hasOwn(value, key)) collect(value[key], path, end + 1, found);
    }
  }
}

function valueOf(kind: FieldKind, value: Json): Value | null {
  if (kind === 'date') return typeof value === 'number' ? value : dateOf(String(value));
  if (kind === 'double') return Number(value);
  if (kind === 'boolean') return value === true || value === 'true';
  const text = String(value);
  return kind === 'keyword' && text.length > KEYWORD_CHARACTERS ? null : text;
}
