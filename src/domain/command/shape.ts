/**
 * Kinds of field. The kit gives each its schema; the grammar needs to know only which ones take no value (`flag`);
 * planning resolves the names (`service`, `guest`) against the real world, and help shows the kind where a value is missing.
 */
export type FieldKind =
  | 'service'
  | 'host'
  | 'volume'
  | 'guest'
  | 'node'
  | 'image'
  | 'count'
  | 'duration'
  | 'text'
  | 'word'
  | 'release'
  | 'operation'
  | 'action'
  | 'flag'
  | 'outcome'
  | 'person'
  | 'days'
  | 'database'
  | 'thing'
  | 'backup'
  | 'moment'
  | 'past'
  | 'level'
  | 'source'
  | 'rule'
  | 'time';

export interface FieldShape {
  readonly name: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  /** What an option is called besides, in any language: `--avant` for `--before`. */
  readonly aliases?: readonly string[];
}

/** What the grammar needs to know of an action; the kit derives it from the handler's input schema. */
export interface ActionShape {
  readonly id: string;
  /** Positional fields in order; the last may take all words that remain (`rest`). */
  readonly positional: readonly FieldShape[];
  readonly rest: boolean;
  readonly options: readonly FieldShape[];
}

/** Options that every action understands. */
export const UNIVERSAL: readonly FieldShape[] = [
  { name: 'dry-run', kind: 'flag', required: false, aliases: ['simulation', 'à-blanc'] },
  { name: 'emergency', kind: 'text', required: false, aliases: ['urgence'] },
  { name: 'at', kind: 'time', required: false, aliases: ['à'] },
];

/** A command that was understood: raw words by field; the handler's schema turns them into values. */
export interface Command {
  readonly action: string;
  readonly raw: Readonly<Record<string, string | true>>;
  /** How options were typed, by field: an error names them so. */
  readonly typed: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
  /** The reason given with `--emergency`, or null. */
  readonly emergency: string | null;
  /** When it is to begin, as `--at` says it, or null: at once. */
  readonly at: string | null;
}
