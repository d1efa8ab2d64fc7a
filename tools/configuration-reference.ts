import { isSecret } from '../src/config/kinds.ts';
import { configSchema } from '../src/config/schema.ts';
import { z } from '../src/kit.ts';

const HEAD = `# Configuration

Every key of \`vigie.yaml\`: what it is, what holds without it. Generated from \`src/config/schema.ts\`: change that, then
\`npm run generate\`. How the file comes to its place is told in [installing.md](installing.md); \`templates/vigie.yaml\` is one to start
with, and editors that read \`templates/vigie.schema.json\` complete and check it while you type.

- **It is checked whole** before anything starts: \`vigie check\` names every mistake with line and column, an unknown key with the one that
  was probably meant. It is read at start alone: restart vigie after a change. (Rule files are read again by themselves: [alerts.md](alerts.md).)
- **A secret is a reference**, \`\${file:/path}\` or \`\${env:NAME}\`, and never stands in the file itself. Any other text may hold one too.
  What a reference leads to is kept out of the log, posts and the store; files of secrets belong to one account, mode 600.
- **Durations** are written \`90s\`, \`10m\`, \`1h30m\`, \`7d\`. **Times** are those of \`timezone\`, but where UTC is named.
- In the tables \`NAME\` stands for a name of your choice, \`[]\` for each entry of a list. *Required* is meant within its section: most sections
  may be left out as a whole.
`;

type Schema = z.core.$ZodType;

interface Field {
  readonly schema: Schema;
  /** As the table shows it; empty: nothing holds without it. */
  readonly fallback: string;
  readonly about: string;
}

interface Row extends Field {
  readonly key: string;
}

/** `docs/configuration.md`. */
export function configurationReference(): string {
  const fields = Object.entries(configSchema.shape).map(([key, schema]) => ({ key, ...fieldOf(schema) }));
  const plain = fields.filter(({ schema }) => rowsBelow('', schema).length === 0);
  const sections = fields.filter((field) => !plain.includes(field)).map(section);
  return `${[HEAD.trimEnd(), '## At the top', table(plain), ...sections].join('\n\n')}\n`;
}

function section({ key, schema, fallback, about }: Row): string {
  const need = fallback === REQUIRED ? ' *Required.*' : '';
  return `## ${key}\n\n${about}.${need}\n\n${table(rowsBelow(key, schema))}`;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ key, schema, fallback, about }) => [`\`${key}\``, kindOf(schema), fallback, about]);
  return [['Key', 'Is', 'Without it', 'What it does'], ['---', '---', '---', '---'], ...lines]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`)
    .join('\n');
}

/** All keys below one, in the order of the schema. A part of several forms has the keys of each, marked with the form's name. */
function rowsBelow(path: string, schema: Schema): readonly Row[] {
  if (schema instanceof z.ZodObject) return Object.entries(schema.shape).flatMap(([key, part]) => rowsOf(`${path}.${key}`, part));
  if (schema instanceof z.ZodDiscriminatedUnion)
    return schema.options.flatMap((option) => rowsBelow(`${path} (${formOf(option)})`, option));
  if (schema instanceof z.ZodArray) return rowsBelow(`${path}[]`, schema.element);
  if (!(schema instanceof z.ZodRecord)) return [];
  const below = rowsBelow(`${path}.NAME`, schema.valueType);
  return below.length > 0 || path.includes('.') ? below : [{ key: `${path}.NAME`, ...fieldOf(schema.valueType) }];
}

function rowsOf(key: string, part: unknown): readonly Row[] {
  const field = fieldOf(part);
  const below = rowsBelow(key, field.schema);
  // A group of keys needs a line of its own only where the group itself is said to be optional, or has a value.
  return below.length > 0 && field.fallback === GROUP ? below : [{ key, ...field }, ...below];
}

const REQUIRED = '*required*';
const GROUP = '';

/** What a key is without its wrappers, and what holds without it. */
function fieldOf(part: unknown): Field {
  if (!(part instanceof z.ZodType)) throw new TypeError('a part of the schema is no schema');
  const about = part.description ?? '';
  if (part instanceof z.ZodOptional) return { ...inner(part, about), fallback: 'nothing' };
  if (part instanceof z.ZodPrefault) return { ...inner(part, about), fallback: GROUP };
  if (part instanceof z.ZodDefault) return { ...inner(part, about), fallback: valueOf(part.def.defaultValue) };
  return { schema: part, fallback: REQUIRED, about: part instanceof z.ZodLiteral ? 'What kind it is' : about };
}

function inner(part: z.ZodOptional | z.ZodPrefault | z.ZodDefault, about: string): Field {
  const field = fieldOf(part.unwrap());
  return { ...field, about: about === '' ? field.about : about };
}

function valueOf(value: unknown): string {
  const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return empty ? 'none' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function formOf(option: Schema): string {
  const type: unknown = option instanceof z.ZodObject ? option.shape['type'] : null;
  return type instanceof z.ZodLiteral ? String(type.value) : '';
}

function kindOf(schema: Schema): string {
  if (isSecret(schema)) return 'a secret';
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => `\`${option}\``).join(', ');
  if (schema instanceof z.ZodLiteral) return `\`${String(schema.value)}\``;
  if (schema instanceof z.ZodBoolean) return '`true` or `false`';
  if (schema instanceof z.ZodNumber) return numberKind(schema);
  if (schema instanceof z.ZodArray) return `a list: ${kindOf(fieldOf(schema.element).schema)}`;
  if (schema instanceof z.ZodRecord) return `by name: ${kindOf(fieldOf(schema.valueType).schema)}`;
  if (schema instanceof z.ZodLazy) return 'anything';
  if (schema instanceof z.ZodUnion) return schema.options.map((option) => kindOf(fieldOf(option).schema)).join('; or ');
  if (schema instanceof z.ZodObject) return 'keys, as below';
  return textKind(schema);
}

function numberKind({ minValue, maxValue }: z.ZodNumber): string {
  const upTo = maxValue === null || maxValue >= Number.MAX_SAFE_INTEGER ? '' : ` to ${maxValue}`;
  return `a number from ${String(minValue)}${upTo}`;
}

/** How the refusal of a text begins that says what it must be. */
const DEMAND = /^(?:must (?:be|lead to) |is no )/u;

/** A text is what the refusal of an empty one says that it must be. */
function textKind(schema: Schema): string {
  const refusals = z.safeParse(schema, '').error?.issues.map(({ message }) => message) ?? [];
  const said = refusals.find((refusal) => DEMAND.test(refusal)) ?? '';
  const [kind = ''] = said
    .replace('is no ', 'must be a ')
    .replace(DEMAND, '')
    .split(/,? such as |: | as its address /u);
  return kind === '' || kind === 'not empty' ? 'a text' : kind;
}
