import type { Source } from '../places.ts';
import type { Path } from '../schema-walk.ts';

/** A value, and where in which file it stands. */
export interface Placed {
  readonly value: unknown;
  readonly source: Source;
  readonly path: Path;
  /** Of a list that several files add to: where each of its elements stands. */
  readonly parts?: readonly Placed[];
}

/** A rule as it is written, with what it imports: each key knows where it comes from. */
export class Merged {
  readonly #keys: ReadonlyMap<string, Placed>;
  /** The rule's own file, as messages call it. */
  readonly file: string;
  /** Where things stand that are missing. */
  readonly source: Source;

  constructor(keys: ReadonlyMap<string, Placed>, file: string, source: Source) {
    this.#keys = keys;
    this.file = file;
    this.source = source;
  }

  get keys(): readonly string[] {
    return [...this.#keys.keys()];
  }

  get values(): Readonly<Record<string, unknown>> {
    return Object.fromEntries([...this.#keys].map(([key, { value }]) => [key, value]));
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  get(key: string): unknown {
    return this.#keys.get(key)?.value;
  }

  /** The same rule with other values of some keys. */
  with(changes: Readonly<Record<string, Placed>>): Merged {
    return new Merged(new Map([...this.#keys, ...Object.entries(changes)]), this.file, this.source);
  }

  placed(key: string): Placed | undefined {
    return this.#keys.get(key);
  }

  /** `rules/disk.yaml:12:3`, of a value; where it isn't there, of the nearest thing above it. */
  ofValue(path: Path): string {
    const at = this.#find(path);
    return at === null ? this.source.at(0) : at.source.ofValue(at.path);
  }

  ofKey(path: Path): string {
    const at = this.#find(path);
    return at === null ? this.source.at(0) : at.source.ofKey(at.path);
  }

  #find([key, ...rest]: Path): Placed | null {
    const placed = this.#keys.get(String(key));
    if (placed === undefined) return null;
    const part = typeof rest[0] === 'number' ? placed.parts?.[rest[0]] : undefined;
    const from = part ?? placed;
    return { ...from, path: [...from.path, ...(part === undefined ? rest : rest.slice(1))] };
  }
}
