import { z } from 'zod';
import type { FieldKind } from '#domain/command/shape.ts';

const kinds = z.registry<{ kind: FieldKind }>();

/** Marks a field's schema with its kind, by which words find their place in a command. */
export function kindOfField<S extends z.ZodType>(kind: FieldKind, schema: S): S {
  kinds.add(schema, { kind });
  return schema;
}

/** The kind that a field was made with, looking through `.optional()`; null for a schema that no kind was given to. */
export function fieldKind(schema: z.core.$ZodType): FieldKind | null {
  if (schema instanceof z.ZodOptional) return fieldKind(schema.unwrap());
  return kinds.get(schema)?.kind ?? null;
}
