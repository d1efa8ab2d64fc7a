import { z } from 'zod';
import { isRecord } from '#kernel/json.ts';
import { elastalertKeys, mattermostKeys, vigieKeys } from './common-keys.ts';
import { FORMS, typesWith } from './forms.ts';
import { IGNORED_FAMILIES, IGNORED_KEYS, reasonToIgnore } from './ignored-keys.ts';

type Properties = Readonly<Record<string, unknown>>;

/** A JSON Schema of a rule file, for editors: it knows the keys, their forms and what they are for; the rest `vigie check` tells. */
export function ruleJsonSchema(): object {
  const forms = [...FORMS.values()];
  const ignored = IGNORED_KEYS.map((key) => [key, { deprecated: true, description: `Ignored: ${reasonToIgnore(key) ?? ''}` }] as const);
  const properties: Properties = {
    ...Object.fromEntries(ignored),
    ...Object.fromEntries(forms.flatMap(({ schema }) => Object.entries(propertiesOf(schema)))),
    ...propertiesOf(elastalertKeys),
    ...propertiesOf(vigieKeys),
    ...propertiesOf(mattermostKeys),
    type: { description: 'What kind of thing is looked for', enum: forms.map(({ type }) => type) },
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: "A rule of vigie's, in ElastAlert 2's vocabulary",
    type: 'object',
    properties: Object.fromEntries(Object.entries(properties).map(([key, property]) => [key, withTypes(key, property)])),
    required: ['type'],
    oneOf: forms.map(({ type, schema }) => ({ properties: { type: { const: type } }, required: requiredOf(schema) })),
    patternProperties: {
      [`^(?:${IGNORED_FAMILIES.beginnings.join('|')})`]: { deprecated: true, description: `Ignored: ${IGNORED_FAMILIES.why}` },
    },
    // An editor marks what is probably mistyped; `vigie check` also knows the keys that a text names.
    additionalProperties: false,
  };
}

function jsonOf(schema: z.ZodObject): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(schema, { io: 'input' });
}

function propertiesOf(schema: z.ZodObject): Properties {
  const { properties } = jsonOf(schema);
  return isRecord(properties) ? properties : {};
}

function requiredOf(schema: z.ZodObject): readonly unknown[] {
  const { required } = jsonOf(schema);
  return Array.isArray(required) ? required : [];
}

/** Says which types a key belongs to. */
function withTypes(key: string, property: unknown): unknown {
  const types = typesWith(key);
  if (!isRecord(property) || types.length === 0) return property;
  const description = typeof property['description'] === 'string' ? property['description'] : '';
  return { ...property, description: `${description} (${types.join(', ')})` };
}
