import type { z } from 'zod';
import type { RuleKind, RuleType } from '#domain/alert/rule.ts';
import type { Path } from '../schema-walk.ts';
import type { ElastalertKeys } from './common-keys.ts';

/** Something that no single key can tell. */
export interface Remark {
  readonly path: Path;
  readonly message: string;
  /** It works all the same. */
  readonly harmless?: true;
}

/** What a type may need of the rule around it. */
export type Around = Pick<ElastalertKeys, 'query_key'> & { readonly runEveryMs: number; readonly bufferTimeMs: number };

export interface Drafted {
  readonly kind: RuleKind;
  readonly remarks: readonly Remark[];
}

/** One type of rule: the keys that are its own, and what they mean. */
export interface TypeForm {
  readonly type: RuleType;
  readonly schema: z.ZodObject;
  /** The keys as they were read; null with their issues. */
  read(written: unknown): { readonly issues: readonly z.core.$ZodIssue[] } | { readonly draft: (around: Around) => Drafted };
}

/**
 * @param build makes what evaluation knows of keys that are in order
 * @param check says what is wrong between them
 */
export function typeForm<Schema extends z.ZodObject>(
  type: RuleType,
  schema: Schema,
  build: (keys: z.output<Schema>, around: Around) => RuleKind,
  check: (keys: z.output<Schema>, around: Around) => readonly Remark[] = () => [],
): TypeForm {
  return {
    type,
    schema,
    read(written) {
      const read = schema.safeParse(written);
      if (!read.success) return { issues: read.error.issues };
      return { draft: (around) => ({ kind: build(read.data, around), remarks: check(read.data, around) }) };
    },
  };
}

/** Two limits of which at least one must be there, the lower below the upper. */
export function limitRemarks(low: readonly [string, number | undefined], high: readonly [string, number | undefined]): readonly Remark[] {
  if (low[1] === undefined && high[1] === undefined) return [{ path: [], message: `needs ${low[0]} or ${high[0]}, or both` }];
  if (low[1] === undefined || high[1] === undefined || low[1] <= high[1]) return [];
  return [{ path: [low[0]], message: `is above ${high[0]}: it would always fire` }];
}
