import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { isRecord, reasonOf } from '#kernel/json.ts';
import { importConfig, type ImportedConfig } from '#config/rules/elastalert-config.ts';
import { loadRules } from '#config/rules/load-rules.ts';
import { readRule } from '#config/rules/read-file.ts';
import { ALERTERS, alertNames } from '#config/rules/refused.ts';
import { ruleDefaults } from '#config/rules/rule-defaults.ts';
import { withoutSecrets } from '#config/rules/secrets.ts';
import type { Print } from './terminal.ts';

/** One rule file on its way. */
interface Carried {
  readonly path: string;
  /** Below the folder of the rules. */
  readonly name: string;
  readonly text: string;
  /** Keys whose secrets were taken out of it. */
  readonly secrets: readonly string[];
  /** Keys that it has from config.yaml. */
  readonly lent: readonly string[];
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** ElastAlert's alerters that it names. */
  readonly alerters: readonly string[];
}

const NOTHING: ImportedConfig = {
  elasticsearch: {},
  alerts: {},
  lent: {},
  decisions: ['there is no config.yaml: where Elasticsearch is stands nowhere'],
};

/**
 * Reads an installation of ElastAlert and writes what vigie needs of it: rules, and a part of `vigie.yaml`. What is there already is never written over.
 * @param folder with its config.yaml
 * @param into a folder that isn't there yet, or is empty
 * @returns 0; 1 when a rule was refused; 2 for the command line itself
 */
export function rulesImport(folder: string, into: string, print: Print): number {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return print(`${folder}: there is no such folder`, 2);
  if (existsSync(into) && readdirSync(into).length > 0)
    return print(`${into} is not empty: name a folder that is not there yet, with --into`, 2);
  const read = readConfig(folder);
  if ('problem' in read) return print(read.problem, 1);
  const { config, written } = read;
  const rulesFolder = rulesFolderOf(folder, written);
  const files = filesIn(rulesFolder, written['scan_subdirectories'] !== false);
  const carried = files.filter(isRule).map((path) => carry(path, rulesFolder, config.lent));
  const [taken, refused] = [carried.filter(({ problems }) => problems.length === 0), carried.filter(({ problems }) => problems.length > 0)];
  for (const rule of taken) write(join(into, 'rules', rule.name), rule.text);
  for (const rule of refused) write(join(into, 'refused', rule.name), rule.text);
  for (const path of files.filter((each) => !isRule(each))) copy(path, join(into, 'rules', relative(rulesFolder, path)));
  const alerters = [...new Set(taken.flatMap((rule) => rule.alerters))].toSorted();
  write(join(into, 'vigie-part.yaml'), partOf(config, alerters));
  // What was lent may not fit, and what was imported from elsewhere may be missing.
  const broken = taken.length === 0 ? [] : loadRules([join(into, 'rules')], { ...defaultsOf(), takesOver: ALERTERS }).problems;
  for (const line of report({ taken, refused, config, alerters, broken, into })) print(line, 0);
  return refused.length + broken.length === 0 ? 0 : 1;
}

const defaultsOf = () => ruleDefaults(null, () => null);

type Read = { readonly config: ImportedConfig; readonly written: Readonly<Record<string, unknown>> } | { readonly problem: string };

function readConfig(folder: string): Read {
  const path = ['config.yaml', 'config.yml'].map((name) => join(folder, name)).find((each) => existsSync(each));
  if (path === undefined) return { config: NOTHING, written: {} };
  try {
    const written: unknown = parse(readFileSync(path, 'utf8'), { version: '1.1' });
    return isRecord(written) ? { config: importConfig(written), written } : { problem: `${path}: must be a map` };
  } catch (error) {
    return { problem: `${path}: ${reasonOf(error)}` };
  }
}

/** As `rules_folder` says, from the installation or from where it would stand in ElastAlert's container; else `rules` beside config.yaml, or that very folder. */
function rulesFolderOf(folder: string, { rules_folder: named }: Readonly<Record<string, unknown>>): string {
  const first: unknown = Array.isArray(named) ? named[0] : named;
  const word = typeof first === 'string' ? first : 'rules';
  const places = [isAbsolute(word) ? word : join(folder, word), join(folder, basename(word)), join(folder, 'rules')];
  return resolve(places.find((place) => existsSync(place) && statSync(place).isDirectory()) ?? folder);
}

function filesIn(folder: string, deep: boolean): readonly string[] {
  return readdirSync(folder, { recursive: deep, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^config\.ya?ml$/u.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

const isRule = (path: string): boolean => /\.ya?ml$/u.test(path);

function carry(path: string, root: string, lent: ImportedConfig['lent']): Carried {
  const name = relative(root, path);
  const own = readFileSync(path, 'utf8');
  const merged = readRule({ path, name }, { problems: [], files: new Set(), environment: () => undefined });
  const added = merged === null ? [] : Object.entries(lent).filter(([key]) => !merged.has(key));
  const { text: harmless, keys: secrets } = withoutSecrets(own);
  const text = added.length === 0 ? harmless : `${harmless.trimEnd()}\n\n# From config.yaml\n${stringify(Object.fromEntries(added))}`;
  const { problems, warnings } = loadRules([path], { ...defaultsOf(), takesOver: ALERTERS });
  const named = merged === null ? [] : alertNames(merged).map((each) => each.name);
  const fromConfig = merged === null || merged.has('alert') ? [] : [lent['alert']].flat().filter((each) => typeof each === 'string');
  return {
    ...{ path, name, text, secrets, problems, warnings },
    lent: added.map(([key]) => key),
    alerters: [...named, ...fromConfig].filter((each) => ALERTERS.includes(each)),
  };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { flag: 'wx' });
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

function partOf({ elasticsearch, alerts }: ImportedConfig, alerters: readonly string[]): string {
  const part = {
    elasticsearch,
    alerts: { rules: '/etc/vigie/rules', ...alerts, ...(alerters.length === 0 ? {} : { takes_over: alerters }) },
  };
  return `# A part of vigie.yaml, from ElastAlert's config.yaml. \`vigie check\` reads it once it stands there.\n${stringify(part)}`;
}

interface Imported {
  readonly taken: readonly Carried[];
  readonly refused: readonly Carried[];
  readonly config: ImportedConfig;
  readonly alerters: readonly string[];
  /** What is wrong with the rules where they were written to. */
  readonly broken: readonly string[];
  readonly into: string;
}

function report({ taken, refused, config, alerters, broken, into }: Imported): readonly string[] {
  const changed = taken.filter(({ lent }) => lent.length > 0);
  const decisions = [
    ...config.decisions,
    ...broken,
    ...(alerters.length === 0
      ? []
      : [`${alerters.join(', ')}: vigie's post stands for them, as alerts.takes_over says: take out what it must not replace`]),
  ];
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
  return [
    `${taken.length} of ${taken.length + refused.length} rules are in ${join(into, 'rules')}, and the part of vigie.yaml in ${join(into, 'vigie-part.yaml')}`,
    ...section(
      'changed, since config.yaml lent it to them:',
      changed.map(({ name, lent }) => `${name}: ${lent.join(', ')}`),
    ),
    ...section(
      'secrets, which were not copied (vigie needs none of them in a rule):',
      [...taken, ...refused].filter(({ secrets }) => secrets.length > 0).map(({ name, secrets }) => `${name}: ${secrets.join(', ')}`),
    ),
    ...section(
      'taken, with a remark:',
      taken.flatMap(({ warnings }) => warnings),
    ),
    ...section(
      `refused, and kept in ${join(into, 'refused')}:`,
      refused.flatMap(({ problems }) => problems),
    ),
    ...section('to decide:', decisions),
  ];
}
