import { ConfigError, parseConfig } from '#config/load.ts';
import { writeOpen } from './files.ts';
import type { Interview } from './interview.ts';
import type { Known } from './known.ts';
import { HEAD, hintsOf, joined, sectionsOf, type Findings, type Section } from './text.ts';

/** A new file, or what an existing one lacks at its end, shown first. Nothing is written that vigie couldn't start with. */
export async function write({ asker, say }: Interview, path: string, known: Known | null, found: Findings): Promise<boolean> {
  const sections = known === null ? sectionsOf(found) : lacking(known, found);
  for (const { key } of known === null ? [] : around(found))
    if (known?.keys.includes(key) === true) say(`= ${key} stands in ${path}: left alone`);
  if (sections.length === 0) return true;
  const added = joined(sections);
  const text = known === null ? `${HEAD}\n${added}\n\n${hintsOf(found)}` : `${known.text.replace(/\n*$/u, '\n')}\n${added}\n`;
  const problems = problemsOf(text, path);
  if (problems.length > 0) return refused(say, path, known, problems);
  if (known !== null) {
    say(`${path} gets these lines at its end:\n${added.replaceAll(/^/gmu, '  + ')}`);
    if (asker !== null && !(await asker.confirm('Add them?', true))) return true;
  }
  writeOpen(path, text);
  say(`✓ ${path} ${known === null ? 'written' : `has ${sections.map(({ key }) => key).join(', ')} now`}`);
  return true;
}

const AROUND = new Set(['swarm', 'services', 'elasticsearch', 'hosts', 'proxmox']);

function around(found: Findings): readonly Section[] {
  return sectionsOf(found).filter(({ key }) => AROUND.has(key));
}

function lacking({ keys }: Known, found: Findings): readonly Section[] {
  return around(found).filter(({ key }) => !keys.includes(key));
}

function problemsOf(text: string, path: string): readonly string[] {
  try {
    parseConfig(text, path);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function refused(say: Interview['say'], path: string, known: Known | null, problems: readonly string[]): false {
  say(
    `✗ ${known === null ? 'what was answered makes no configuration' : `${path} is not in order, and nothing was changed in it`}:\n${problems.join('\n')}`,
  );
  return false;
}
