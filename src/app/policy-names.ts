import { nearest } from '#kernel/nearest.ts';
import { isAlike } from '#kernel/wildcard.ts';
import type { LoadedConfig } from '#config/load.ts';
import type { Assets } from './assets.ts';

/** Rules of `policy` that match nothing: an action that there isn't, an environment that no service has. A slip there loosens what it should tighten. */
export function policyNames(
  { config, problem }: Pick<LoadedConfig, 'config' | 'problem'>,
  { entries }: Pick<Assets, 'entries'>,
): readonly string[] {
  const actions = [...entries.keys()];
  const environments = Object.values(config.services).flatMap(({ environment }) => environment ?? []);
  return config.policy.flatMap(({ match }, index) => {
    const unknown = (key: 'action' | 'environment', known: readonly string[]): readonly string[] => {
      const pattern = match[key]?.toLowerCase();
      if (pattern === undefined || known.some((name) => isAlike(pattern, name.toLowerCase()))) return [];
      const meant = nearest(pattern, known);
      const hint = meant === null ? '' : `, did you mean ${meant}?`;
      const what = key === 'action' ? `there is no action ${pattern}` : `no service of \`services\` has the environment ${pattern}`;
      return [problem({ path: ['policy', index, 'match', key], message: `${what}${hint}` })];
    };
    return [...unknown('action', actions), ...unknown('environment', environments)];
  });
}
