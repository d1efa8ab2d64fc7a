import type { Json } from '#kernel/json.ts';

/** A rule as it stands in its file. */
export interface Written {
  readonly name: string;
  readonly type: string;
  readonly [option: string]: Json | undefined;
}

/** A match of ElastAlert. */
export interface Match {
  readonly rule: string;
  readonly key: readonly string[];
  readonly at: number;
  readonly tick: number;
}

export interface Died {
  readonly rule: string;
  readonly died: string;
  readonly at: number;
}

/** What ElastAlert found. */
export interface Theirs {
  readonly matches: readonly Match[];
  readonly died: readonly Died[];
}

/** An alert of vigie, from its firing until it was over. */
export interface Life {
  readonly rule: string;
  readonly key: readonly string[];
  readonly firedAt: number;
  readonly resolvedAt: number;
}
