import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadRules, type LoadedRules } from '#config/rules/load-rules.ts';
import type { RuleDefaults } from '#config/rules/rule-defaults.ts';
import type { Rule } from '#domain/alert/rule.ts';

export const DEFAULTS: RuleDefaults = {
  runEveryMs: 60_000,
  bufferTimeMs: 900_000,
  clusters: ['main', 'backup'],
  kibanaUrl: null,
  takesOver: [],
  checkRemedy: (command) => (command.startsWith('restart ') ? null : `there is no action ${command.split(' ')[0] ?? ''}`),
  environment: (name) => ({ TEAM: 'tech', EVENTS: '50' })[name],
};

/** Files in a folder `rules` of their own. @returns the folder's path */
export function written(files: Readonly<Record<string, string>>): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'vigie-rules-')), 'rules');
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return folder;
}

export function loaded(files: Readonly<Record<string, string>>, defaults: Partial<RuleDefaults> = {}): LoadedRules {
  return loadRules([written(files)], { ...DEFAULTS, ...defaults });
}

/** The only rule of a text in which nothing is wrong. */
export function ruleOf(text: string, defaults: Partial<RuleDefaults> = {}): Rule {
  const { rules, problems } = loaded({ 'a.yaml': text }, defaults);
  const [rule] = rules;
  if (rule === undefined || rules.length !== 1 || problems.length > 0) throw new Error(`loads badly: ${problems.join('\n')}`);
  return rule;
}

/** What is wrong with a rule, without the folder. */
export function problemsOf(text: string): readonly string[] {
  return loaded({ 'a.yaml': text }).problems;
}

export function warningsOf(text: string, defaults: Partial<RuleDefaults> = {}): readonly string[] {
  ruleOf(text, defaults);
  return loaded({ 'a.yaml': text }, defaults).warnings;
}
