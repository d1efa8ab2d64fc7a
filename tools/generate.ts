import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleJsonSchema } from '../src/config/rules/rule-json-schema.ts';
import { configSchema } from '../src/config/schema.ts';
import { z } from '../src/kit.ts';
import { loadTemplates } from '../src/messages/templates.ts';
import { loadHandlers } from '../src/pipeline/operation/catalogue.ts';
import { commandReference } from './command-reference.ts';
import { configurationReference } from './configuration-reference.ts';
import { layerDrawing } from './drawing.ts';
import { errorList } from './error-list.ts';
import { lintConfig } from './lint-config.ts';
import { optionTables } from './option-table.ts';
import { schemaTables } from './schema-table.ts';

/**
 * Writes every file that is made from something else; with `--check` only says which of them are out of date.
 * Exit code 1: some are.
 */
const ROOT = join(import.meta.dirname, '..');

/** By path. */
async function generated(): Promise<Readonly<Record<string, string>>> {
  const { entries, problems } = await loadHandlers(join(ROOT, 'handlers'));
  const words = await loadTemplates(join(ROOT, 'templates/messages'));
  const all = [...problems, ...words.problems];
  if (all.length > 0) throw new Error(all.join('\n'));
  return {
    '.oxlintrc.json': json(lintConfig()),
    'docs/architecture.md': between('docs/architecture.md', 'layers', layerDrawing()),
    'docs/commands.md': commandReference([...entries.values()], words.templates),
    'docs/configuration.md': configurationReference(),
    'docs/databases.md': between('docs/databases.md', 'schemas', schemaTables()),
    'docs/elastalert.md': between('docs/elastalert.md', 'options', optionTables()),
    'docs/errors.md': errorList(words.templates),
    'templates/rule.schema.json': json(ruleJsonSchema()),
    'templates/vigie.schema.json': json(z.toJSONSchema(configSchema, { io: 'input' })),
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The file with what stands between its markers replaced. @throws when it has no markers */
function between(path: string, name: string, content: string): string {
  const text = read(path) ?? '';
  const [first, last] = [`<!-- generated: ${name} -->`, `<!-- end of generated: ${name} -->`];
  const begin = text.indexOf(first);
  const end = text.indexOf(last);
  if (begin < 0 || end < begin) throw new Error(`${path} needs the lines ${first} and ${last}`);
  return `${text.slice(0, begin + first.length)}\n\n${content}\n\n${text.slice(end)}`;
}

function read(path: string): string | null {
  const whole = join(ROOT, path);
  return existsSync(whole) ? readFileSync(whole, 'utf8') : null;
}

const checking = process.argv.includes('--check');
const stale = Object.entries(await generated()).filter(([path, content]) => read(path) !== content);
for (const [path, content] of stale) {
  console.log(checking ? `${path} is out of date: npm run generate` : `wrote ${path}`);
  if (!checking) writeFileSync(join(ROOT, path), content);
}
if (checking && stale.length > 0) process.exitCode = 1;
