import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { visit, type Document } from 'yaml';
import { BOUNDS } from '#kernel/bounds.ts';
import { exactly, isRecord, reasonOf } from '#kernel/json.ts';
import { readSource, type Source } from '../places.ts';
import { readYamlText } from '../yaml-text.ts';
import { Merged, type Placed } from './merged.ts';
import { reindented } from './reindent.ts';
import { expandVariables, PYYAML } from './yaml-rules.ts';

/** A file of rules: where it is, and how messages call it. */
export interface RuleFile {
  readonly path: string;
  readonly name: string;
}

export interface Reading {
  readonly problems: string[];
  /** Whole paths of all files that were read, to be watched. */
  readonly files: Set<string>;
  readonly environment: (name: string) => string | undefined;
}

/** A rule with all that it imports; null when something of it can't be read. */
export function readRule(file: RuleFile, reading: Reading): Merged | null {
  const own = readYaml(file, reading);
  if (own === null) return null;
  const before = reading.problems.length;
  const keys = gather(own, [file], file, reading);
  return reading.problems.length > before ? null : new Merged(keys, file.name, own);
}

/** One file as YAML. */
function readYaml(file: RuleFile, { problems, files, environment }: Reading): Source | null {
  files.add(file.path);
  let text: string;
  try {
    text = readYamlText(file.path);
  } catch (error) {
    problems.push(`${file.name}: ${reasonOf(error)}`);
    return null;
  }
  const source = readAsPyYaml(expandVariables(text, environment), file.name);
  const { errors, contents } = source.document;
  keepDigits(source.document);
  problems.push(...errors.map((error) => `${source.at(error.pos[0])}: ${error.message}`));
  if (errors.length > 0) return null;
  const wrong = contents === null ? 'must be a map' : mapProblem(source);
  if (wrong === null) return source;
  problems.push(`${source.at(0)}: the file: ${wrong}`);
  return null;
}

/** As it stands, or as PyYAML would read its indentation: where neither can be read, what is wrong is said of the file as it is. */
function readAsPyYaml(text: string, name: string): Source {
  const source = readSource(text, name, PYYAML);
  if (source.document.errors.length === 0) return source;
  const again = readSource(reindented(text), name, PYYAML);
  return again.document.errors.length === 0 ? again : source;
}

/** A whole number that a double can't hold stays as it was written, as the answers of Elasticsearch do: an id would become another one. */
function keepDigits(document: Document): void {
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'number') node.value = exactly(node.value, node.source ?? '');
    },
  });
}

/** Aliases are followed only when a file becomes data: one that leads nowhere, or to too much, shows then. */
function mapProblem({ document }: Source): string | null {
  try {
    return isRecord(document.toJS({ maxAliasCount: BOUNDS.yamlAliases.most })) ? null : 'must be a map';
  } catch (error) {
    return reasonOf(error);
  }
}

/** Keys that are as if they weren't there when nothing stands behind them. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set([
  'description',
  'alert_subject',
  'alert_subject_args',
  'alert_text',
  'alert_text_args',
  'aggregation_key',
  'limit_execution',
  'query_key',
  'include',
  'jinja_root_name',
  'search_extra_index',
  'sync_bucket_interval',
  'allow_buffer_time_overlap',
  'use_run_every_query_size',
]);

/**
 * The keys of a file over those that it imports, as in ElastAlert: the importing file wins, of two imports the later one wins, and filters
 * add up, the imported ones first.
 * @param chain the files that lead here, this one last
 */
function gather(source: Source, chain: readonly RuleFile[], top: RuleFile, reading: Reading): ReadonlyMap<string, Placed> {
  const written: unknown = source.document.toJS({ maxAliasCount: BOUNDS.yamlAliases.most });
  const entries = Object.entries(isRecord(written) ? written : {}).filter(([key, value]) => value !== null || !MAY_BE_EMPTY.has(key));
  const own = new Map(entries.map(([key, value]) => [key, { value, source, path: [key] }]));
  const imports = importsOf(own.get('import')?.value);
  if (imports === null) reading.problems.push(`${source.ofValue(['import'])}: import: must be a path, or a list of paths`);
  const listed = Array.isArray(own.get('import')?.value);
  let keys: ReadonlyMap<string, Placed> = own;
  for (const [index, wanted] of [...(imports ?? []).entries()].toReversed())
    keys = over(keys, imported({ wanted, place: source.ofValue(listed ? ['import', index] : ['import']) }, chain, top, reading));
  return keys;
}

function importsOf(written: unknown): readonly string[] | null {
  if (written === undefined) return [];
  if (typeof written === 'string') return [written];
  return Array.isArray(written) && written.every((each): each is string => typeof each === 'string') ? written : null;
}

interface Import {
  readonly wanted: string;
  /** Where that stands. */
  readonly place: string;
}

function imported({ wanted, place }: Import, chain: readonly RuleFile[], top: RuleFile, reading: Reading): ReadonlyMap<string, Placed> {
  const nothing = new Map<string, Placed>();
  const file = locate(wanted, chain.at(-1) ?? top, top);
  if (file === null) {
    reading.problems.push(`${place}: import: there is no file ${wanted}`);
    return nothing;
  }
  if (chain.some(({ path }) => path === file.path)) {
    const circle = [...chain, file].map(({ name }) => name).join(' → ');
    reading.problems.push(`${place}: import: goes round in a circle: ${circle}`);
    return nothing;
  }
  const source = readYaml(file, reading);
  return source === null ? nothing : gather(source, [...chain, file], top, reading);
}

/** From the folder of the rule itself, as ElastAlert looks; or else of the file that imports. */
function locate(wanted: string, importing: RuleFile, top: RuleFile): RuleFile | null {
  if (isAbsolute(wanted)) return isReadable(wanted) ? { path: normalize(wanted), name: wanted } : null;
  for (const from of [top, importing]) {
    const path = join(dirname(from.path), wanted);
    if (isReadable(path)) return { path, name: join(dirname(from.name), wanted) };
  }
  return null;
}

function isReadable(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

function over(upper: ReadonlyMap<string, Placed>, lower: ReadonlyMap<string, Placed>): ReadonlyMap<string, Placed> {
  const keys = new Map([...lower, ...upper]);
  const [first, second] = [lower.get('filter'), upper.get('filter')];
  if (first !== undefined && second !== undefined && Array.isArray(first.value) && Array.isArray(second.value)) {
    const parts = [...partsOf(first), ...partsOf(second)];
    keys.set('filter', { ...second, value: parts.map(({ value }) => value), parts });
  }
  return keys;
}

function partsOf(list: Placed): readonly Placed[] {
  if (list.parts !== undefined) return list.parts;
  const items: readonly unknown[] = Array.isArray(list.value) ? list.value : [];
  return items.map((value, index) => ({ value, source: list.source, path: [...list.path, index] }));
}
