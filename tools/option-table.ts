import { z } from '../src/kit.ts';
import { elastalertKeys, mattermostKeys, vigieKeys } from '../src/config/rules/common-keys.ts';
import { FORMS, typesWith } from '../src/config/rules/forms.ts';
import { IGNORED_FAMILIES, IGNORED_KEYS, NEEDLESS, reasonToIgnore } from '../src/config/rules/ignored-keys.ts';
import { REFUSED_KEYS } from '../src/config/rules/refused.ts';

/** Keys that are read only to say what becomes of them. */
const SAID: Readonly<Record<string, string>> = { aggregation: 'ignored, with a warning' };

/** The tables of `docs/elastalert.md`: what becomes of each option of ElastAlert, and what vigie adds. */
export function optionTables(): string {
  const shapes = [
    elastalertKeys,
    mattermostKeys,
    ...[...FORMS.values()].filter(({ type }) => !OWN_TYPES.has(type)).map(({ schema }) => schema),
  ];
  const taken = new Map(shapes.flatMap(({ shape }) => Object.entries(shape)));
  const rows = [
    ...[...taken].map(([key, schema]) => [key, fateOf(key), describe(schema, key)] as const),
    ...IGNORED_KEYS.map((key) => [key, 'ignored, with a warning', capital(reasonToIgnore(key) ?? '')] as const),
    ...Object.entries(REFUSED_KEYS).map(([key, why]) => [key, 'refused', capital(why)] as const),
    ['type', 'taken', 'All twelve; `module.Class` is refused: vigie runs no Python'] as const,
  ];
  const families = IGNORED_FAMILIES.beginnings.map((beginning) => `\`${beginning}…\``).join(', ');
  const own = [...Object.entries(vigieKeys.shape), ...ownTypeKeys()];
  return [
    table(
      ['Option', 'In vigie', 'What it does, or why not'],
      rows.toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
    `Options that begin with ${families} belong to other alerters and are ignored, with a warning: ${IGNORED_FAMILIES.why}.`,
    "vigie's own keys:",
    table(
      ['Key', 'Types', 'What it does'],
      own.map(([key, schema]) => [key, typesWith(key).join(', ') || 'all', describe(schema, '')]),
    ),
  ].join('\n\n');
}

const OWN_TYPES = new Set<string>(['forecast', 'probe']);

function ownTypeKeys(): readonly (readonly [string, unknown])[] {
  const own = [...FORMS.values()].filter(({ type }) => OWN_TYPES.has(type)).flatMap(({ schema }) => Object.entries(schema.shape));
  return own.filter(([key]) => typesWith(key).every((type) => OWN_TYPES.has(type)));
}

function fateOf(key: string): string {
  return SAID[key] ?? (NEEDLESS.has(key) ? 'accepted, without effect' : 'taken');
}

function describe(schema: unknown, key: string): string {
  const text = schema instanceof z.ZodType ? (schema.description ?? '') : '';
  const types = typesWith(key).filter((type) => !OWN_TYPES.has(type));
  return types.length === 0 ? text : `${text} (${types.join(', ')})`;
}

function capital(text: string): string {
  return text.startsWith('vigie') ? text : text.slice(0, 1).toUpperCase() + text.slice(1);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(([key = '', ...rest]) => line([`\`${key}\``, ...rest]))].join('\n');
}
