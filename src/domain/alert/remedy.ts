import type { Alert } from './alert.ts';
import type { Rule } from './rule.ts';

/** The same target gets a remedy at most this often. */
export const REMEDY_EVERY_MS = 3_600_000;
/** What a value of a key must look like to stand in a command: a name, never words, an image or an option. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/u;

/**
 * The command that a rule proposes for an alert. `{field}` stands for a value of the key, which somebody may have written into a log: only a
 * plain name is taken, and whether it is a name of the configuration is looked at again when somebody asks for it.
 */
export function remedyFor(rule: Rule | null, alert: Alert): string | null {
  if (rule?.remedy == null) return null;
  let allNames = true;
  const command = rule.remedy.replaceAll(/\{([^}]+)\}/gu, (_whole, field: string) => {
    const value = alert.key[field] ?? '';
    allNames &&= NAME.test(value);
    return value;
  });
  return allNames ? command : null;
}
