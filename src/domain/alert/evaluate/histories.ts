import { parseJson, type Json } from '#kernel/json.ts';
import { isList } from './fields.ts';
import { keptKeys, noted, type KeptKeys } from './kept-keys.ts';
import { awaitedMs, mapIn, numberIn } from './remembered.ts';
import type { Scene } from './scene.ts';

/** What a key's values were from a moment on. */
export interface Held {
  readonly at: number;
  readonly values: readonly Json[];
}

/** A key's values where the overlap begins, and each change since; when its newest document was. */
export interface History {
  readonly held: readonly Held[];
  readonly newestAt: number;
}

/** The histories of all keys of a `change`, each as a text. */
export class Histories {
  readonly #texts: Map<string, string>;
  /** What is older is in no later look, but for the last of it. */
  readonly #since: number;

  constructor(scene: Scene) {
    this.#since = scene.span.to - awaitedMs(scene.rule);
    this.#texts = mapIn(scene.memory, 'histories', asText);
  }

  /** Also says that the key was seen. */
  get(key: string): History | undefined {
    const text = this.#texts.get(key);
    if (text === undefined) return undefined;
    noted(this.#texts, key, text);
    return read(text);
  }

  set(key: string, { held, newestAt }: History): void {
    const base = Math.max(
      0,
      held.findLastIndex(({ at }) => at <= this.#since),
    );
    noted(this.#texts, key, textOf({ newestAt, held: held.slice(base) }));
  }

  kept(): KeptKeys {
    return keptKeys(this.#texts);
  }
}

function textOf({ newestAt, held }: History): string {
  return JSON.stringify([newestAt, ...held.flatMap(({ at, values }) => [at, values])]);
}

function read(text: string): History | undefined {
  const [newestAt, ...items] = listIn(text);
  if (typeof newestAt !== 'number') return undefined;
  const held = items.flatMap((at, index): readonly Held[] => {
    const values = items[index + 1];
    return index % 2 === 0 && typeof at === 'number' && isList(values) ? [{ at, values }] : [];
  });
  return { newestAt, held };
}

function listIn(text: string): readonly Json[] {
  const value = parseJson(text);
  return isList(value) ? value : [];
}

/** An older vigie stored objects. */
function asText(value: Json): string | null {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object' || isList(value)) return null;
  const { held = null } = value;
  const newestAt = numberIn(value, 'newestAt');
  if (!isList(held) || newestAt === null) return null;
  return textOf({ newestAt, held: held.flatMap((item) => readHeld(item)) });
}

function readHeld(item: Json): readonly Held[] {
  const [at, values] = isList(item) ? item : [];
  return typeof at === 'number' && isList(values) ? [{ at, values }] : [];
}
