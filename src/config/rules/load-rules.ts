import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isMap, parseDocument } from 'yaml';
import { reasonOf } from '#kernel/json.ts';
import { nearest } from '#kernel/nearest.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { asAlerterSees } from './alerter.ts';
import { buildRule } from './build-rule.ts';
import { elastalertKeys, mattermostKeys, vigieKeys } from './common-keys.ts';
import { FORMS } from './forms.ts';
import { ignoredKeys, unknownKeys } from './known-keys.ts';
import { withLists } from './lists.ts';
import type { Merged } from './merged.ts';
import { readRule, type Reading, type RuleFile } from './read-file.ts';
import { alertProblems, refusal, takenOver } from './refused.ts';
import type { RuleDefaults } from './rule-defaults.ts';
import { ruleIssues } from './rule-issues.ts';
import { PYYAML } from './yaml-rules.ts';
import type { Remark, TypeForm } from './type-form.ts';
import { dotted } from '../issues.ts';
import { crossRules } from './cross-rules.ts';

export interface LoadedRules {
  /** Those of files in which nothing is wrong, in the order of the files. */
  readonly rules: readonly Rule[];
  /** `rules/disk.yaml:12:3: unknown key "treshold", did you mean "threshold"?` */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** Whole paths of all that was read, imports and lists as well. */
  readonly files: readonly string[];
}

/**
 * Reads rules from files and folders; of a folder, all its `.yaml` and `.yml`, those below it too. Reads files and nothing else; the same files
 * give the same answer.
 * @returns everything that is wrong in all of them at once
 */
export function loadRules(paths: readonly string[], defaults: RuleDefaults): LoadedRules {
  const reading: Reading = { problems: [], files: new Set(), environment: defaults.environment };
  const warnings: string[] = [];
  const loaded = paths
    .flatMap((path) => ruleFiles(path, reading))
    .flatMap((file) => {
      const one = loadRule(file, reading, defaults);
      reading.problems.push(...one.problems);
      if (one.rule !== null) warnings.push(...one.warnings);
      return one.rule === null ? [] : [{ rule: one.rule, merged: one.merged }];
    });
  const across = crossRules(loaded);
  return {
    rules: loaded.map(({ rule }) => rule),
    problems: [...new Set([...reading.problems, ...across.problems])],
    warnings: [...new Set([...warnings, ...across.warnings])],
    files: [...reading.files].toSorted(),
  };
}

/** Whether a YAML text is a rule rather than a configuration. */
export function isRuleFile(text: string): boolean {
  const { contents } = parseDocument(text, PYYAML);
  return isMap(contents) && ['type', 'index', 'name', 'import'].some((key) => contents.has(key));
}

/** Messages name a file of a folder with the folder's name: `rules/disk.yaml`. */
function ruleFiles(path: string, { problems }: Pick<Reading, 'problems'>): readonly RuleFile[] {
  const whole = resolve(path);
  try {
    if (!statSync(whole).isDirectory()) return [{ path: whole, name: path }];
    const files = readdirSync(whole, { recursive: true, encoding: 'utf8' });
    // A folder that begins with two dots is how Kubernetes keeps a former state of mounted files.
    const rules = files.filter((file) => /\.ya?ml$/u.test(file) && !/(?:^|\/)\.\./u.test(file));
    return rules.toSorted().map((file) => ({ path: join(whole, file), name: join(basename(whole), file) }));
  } catch (error) {
    problems.push(`${path}: ${reasonOf(error)}`);
    return [];
  }
}

type Outcome =
  | { readonly rule: null; readonly problems: readonly string[] }
  | { readonly rule: Rule; readonly merged: Merged; readonly problems: readonly string[]; readonly warnings: readonly string[] };

function loadRule(file: RuleFile, reading: Reading, defaults: RuleDefaults): Outcome {
  const written = readRule(file, reading);
  if (written === null) return { rule: null, problems: [] };
  const before = reading.problems.length;
  const merged = asAlerterSees(withLists(written, file, reading));
  const { form, problem } = formOf(merged);
  const refused = refusal(merged, defaults.takesOver);
  const problems = [
    ...(problem === null ? [] : [problem]),
    ...(refused === null ? [] : [refused]),
    ...alertProblems(merged),
    ...unknownKeys(merged, form),
  ];
  const read = readKeys(merged, form, refused === null);
  problems.push(...read.problems);
  if (form === null || problems.length > 0 || !('make' in read) || reading.problems.length > before) return { rule: null, problems };
  const { rule, remarks } = read.make(defaults);
  const say = (list: readonly Remark[]): readonly string[] => list.map((remark) => remarkWords(remark, merged));
  const wrong = say(remarks.filter(({ harmless }) => harmless !== true));
  if (wrong.length > 0) return { rule: null, problems: wrong };
  const warnings = [
    ...takenOver(merged, defaults.takesOver),
    ...ignoredKeys(merged, form),
    ...say(remarks.filter(({ harmless }) => harmless === true)),
  ];
  return { rule, merged, problems: [], warnings };
}

function remarkWords({ path, message }: Remark, merged: Merged): string {
  return path.length === 0 ? `${merged.source.at(0)}: ${message}` : `${merged.ofValue(path)}: ${dotted(path)}: ${message}`;
}

/** The form of the rule's type, or what is wrong with the type. */
function formOf(merged: Merged): { readonly form: TypeForm | null; readonly problem: string | null } {
  const type = merged.get('type');
  if (type === undefined) return { form: null, problem: `${merged.source.at(0)}: type: is missing` };
  const form = FORMS.get(String(type)) ?? null;
  if (form !== null || String(type).includes('.')) return { form, problem: null };
  const meant = nearest(String(type), FORMS.keys());
  const hint = meant === null ? `: write one of ${[...FORMS.keys()].join(', ')}` : `, did you mean "${meant}"?`;
  return { form, problem: `${merged.ofValue(['type'])}: type: there is no type "${String(type)}"${hint}` };
}

type Read = { readonly problems: readonly string[] } | (ReturnType<typeof makerOf> & { readonly problems: readonly string[] });

/** @param whole false for a rule that is refused: what is wrong with its keys is said all the same, but nothing is made of them */
function readKeys(merged: Merged, form: TypeForm | null, whole: boolean): Read {
  const { values } = merged;
  const keys = elastalertKeys.safeParse(values);
  const own = vigieKeys.safeParse(values);
  const mattermost = mattermostKeys.safeParse(values);
  const kind = form?.read(values) ?? { issues: [] };
  // A key that the type has too is judged there.
  const shared = new Set(form === null ? [] : Object.keys(form.schema.shape));
  const common = (keys.error?.issues ?? []).filter(({ path }) => !shared.has(String(path[0])));
  const problems = [
    ...ruleIssues(common, merged, elastalertKeys),
    ...ruleIssues(own.error?.issues ?? [], merged, vigieKeys),
    ...ruleIssues(mattermost.error?.issues ?? [], merged, mattermostKeys),
    ...('issues' in kind && form !== null ? ruleIssues(kind.issues, merged, form.schema) : []),
  ];
  if (!whole || !keys.success || !own.success || !mattermost.success || 'issues' in kind) return { problems };
  return { problems, ...makerOf(merged, { keys: keys.data, own: own.data, mattermost: mattermost.data }, kind.draft) };
}

type Draft = Extract<ReturnType<TypeForm['read']>, { draft: unknown }>['draft'];

function makerOf(merged: Merged, read: Parameters<typeof buildRule>[1], draft: Draft) {
  return {
    make(defaults: RuleDefaults) {
      const { run_every: runEveryMs = defaults.runEveryMs, buffer_time: bufferTimeMs = defaults.bufferTimeMs } = read.keys;
      return buildRule(merged, read, draft({ query_key: read.keys.query_key, runEveryMs, bufferTimeMs }), defaults);
    },
  };
}
