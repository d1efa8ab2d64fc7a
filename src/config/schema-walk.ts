import { z } from 'zod';
import { configSchema } from './schema.ts';

export type Path = readonly PropertyKey[];

/** The part of the schema that a path of the file leads to; null when there is none. */
export function schemaAt(path: Path, root: z.core.$ZodType = configSchema): z.core.$ZodType | null {
  let schema: z.core.$ZodType | null = root;
  for (const step of path) {
    if (schema === null) return null;
    schema = childOf(schema, step);
  }
  return schema;
}

/** The keys that may stand at a path. */
export function knownKeys(path: Path): readonly string[] {
  return keysBelow(configSchema, path);
}

/** The same, of another schema. */
export function keysBelow(root: z.core.$ZodType, path: Path): readonly string[] {
  return keysOf(schemaAt(path, root));
}

/** Of a choice between several forms: the keys of all of them. */
function keysOf(schema: z.core.$ZodType | null): readonly string[] {
  const found = bare(schema);
  if (found instanceof z.ZodUnion) return [...new Set(optionsOf(found).flatMap((option) => keysOf(option)))];
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

function optionsOf(union: z.ZodUnion): readonly z.core.$ZodType[] {
  return union.options;
}

function childOf(schema: z.core.$ZodType, step: PropertyKey): z.core.$ZodType | null {
  const found = bare(schema);
  if (found instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = found.shape;
    return shape[String(step)] ?? null;
  }
  // A key has the same meaning in every form that has it.
  if (found instanceof z.ZodUnion)
    return optionsOf(found).reduce<z.core.$ZodType | null>((known, option) => known ?? childOf(option, step), null);
  if (found instanceof z.ZodRecord) return found.valueType;
  return found instanceof z.ZodArray ? found.element : null;
}

/** Without what makes it optional or fills it in. */
function bare(schema: z.core.$ZodType | null): z.core.$ZodType | null {
  const wrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return wrapped ? bare(schema.unwrap()) : schema;
}
