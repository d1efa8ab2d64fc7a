import { isRecord, type Json, type JsonObject } from '#kernel/json.ts';

/** How the values of a field are understood: what Elasticsearch calls their mapping. Whatever is a number is a `double` here. */
export type FieldKind = 'keyword' | 'text' | 'date' | 'double' | 'boolean';

/** Longer ones aren't indexed as keywords, only kept. */
export const KEYWORD_CHARACTERS = 1024;
/** Fields whose words are indexed one by one; all other text is one keyword. Each has the whole as `….keyword` too. */
const TEXT_FIELDS: readonly string[] = ['message', 'error.message'];
const KEYWORD: JsonObject = { type: 'keyword', ignore_above: KEYWORD_CHARACTERS };
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/u;

/** An index template with which a real Elasticsearch understands documents as the lab does. */
export const LAB_TEMPLATE: JsonObject = {
  settings: { number_of_shards: 1, number_of_replicas: 0 },
  mappings: {
    dynamic_date_formats: ['strict_date_optional_time'],
    dynamic_templates: [
      {
        text: {
          match_mapping_type: 'string',
          match_pattern: 'regex',
          path_match: `^(?:${TEXT_FIELDS.join('|').replaceAll('.', '\\.')})$`,
          mapping: { type: 'text', fields: { keyword: KEYWORD } },
        },
      },
      { strings: { match_mapping_type: 'string', mapping: KEYWORD } },
      { wholes: { match_mapping_type: 'long', mapping: { type: 'double' } } },
      { fractions: { match_mapping_type: 'double', mapping: { type: 'double' } } },
    ],
    properties: { '@timestamp': { type: 'date' } },
  },
};

/** A field or an object of fields. */
interface Node {
  readonly children: Map<string, Node>;
  kind: FieldKind | null;
}

/** The fields of an index, each of the kind of its first value. */
export class Schema {
  readonly #root: Node = newNode();
  readonly #kinds = new Map<string, FieldKind>([['@timestamp', 'date']]);

  /** @throws Error for a value that the field's kind doesn't take, as Elasticsearch refuses the document */
  learn(document: JsonObject): void {
    this.#learnObject(document, this.#root, '');
  }

  kindOf(field: string): FieldKind | null {
    return this.#kinds.get(field) ?? null;
  }

  /** All fields by their full names. */
  kinds(): ReadonlyMap<string, FieldKind> {
    return this.#kinds;
  }

  #learnObject(object: JsonObject, node: Node, path: string): void {
    for (const [key, value] of Object.entries(object)) {
      let child = node;
      for (const part of key.split('.')) child = childOf(child, part);
      this.#learn(value, child, path === '' ? key : `${path}.${key}`);
    }
  }

  #learn(value: Json, node: Node, path: string): void {
    if (value === null) return;
    if (Array.isArray(value)) for (const one of value) this.#learn(one, node, path);
    else if (isRecord(value)) this.#learnObject(value as JsonObject, node, path);
    else this.#learnValue(value as string | number | boolean, node, path);
  }

  #learnValue(value: string | number | boolean, node: Node, path: string): void {
    node.kind ??= this.#kinds.get(path) ?? this.#add(path, kindOfValue(value, path));
    if (!takes(node.kind, value)) throw new Error(`failed to parse field [${path}] of type [${node.kind}]: ${JSON.stringify(value)}`);
  }

  #add(path: string, kind: FieldKind): FieldKind {
    this.#kinds.set(path, kind);
    if (kind === 'text') this.#kinds.set(`${path}.keyword`, 'keyword');
    return kind;
  }
}

const newNode = (): Node => ({ children: new Map(), kind: null });

function childOf(node: Node, key: string): Node {
  const known = node.children.get(key);
  if (known !== undefined) return known;
  const made = newNode();
  node.children.set(key, made);
  return made;
}

function kindOfValue(value: string | number | boolean, path: string): FieldKind {
  if (typeof value === 'number') return 'double';
  if (typeof value === 'boolean') return 'boolean';
  if (TEXT_FIELDS.includes(path)) return 'text';
  return ISO_DATE.test(value) ? 'date' : 'keyword';
}

function takes(kind: FieldKind, value: string | number | boolean): boolean {
  if (kind === 'date') return typeof value === 'number' || (typeof value === 'string' && (ISO_DATE.test(value) || /^-?\d+$/u.test(value)));
  if (kind === 'double')
    return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)));
  if (kind === 'boolean') return typeof value === 'boolean' || value === 'true' || value === 'false' || value === '';
  return true;
}
