import { nearest } from '#kernel/nearest.ts';
import { isAlike } from '#kernel/wildcard.ts';
import type { FieldKind } from '#domain/command/shape.ts';
import type { NamedThing } from '#ports/inventory.ts';
import type { LoadedConfig } from '#config/load.ts';
import type { Config } from '#config/schema.ts';
import type { Assets } from './assets.ts';

type Known = Readonly<Record<'action' | 'environment' | 'target', readonly string[]>>;

/**
 * Rules of `policy` that match nothing: an action that there isn't, an environment that no service has, a target where the configuration alone
 * says what there is. A slip there loosens what it should tighten.
 */
export function policyNames(
  { config, problem }: Pick<LoadedConfig, 'config' | 'problem'>,
  { entries }: Pick<Assets, 'entries'>,
): readonly string[] {
  const targets = targetsNamed(config, { entries });
  const known: Known = {
    action: [...entries.keys()],
    environment: Object.values(config.services).flatMap(({ environment }) => environment ?? []),
    target: thingsOf(config),
  };
  return config.policy.flatMap(({ match }, index) =>
    (['action', 'environment', 'target'] as const).flatMap((key) => {
      const pattern = match[key]?.toLowerCase();
      if (pattern === undefined || known[key].some((name) => isAlike(pattern, name.toLowerCase()))) return [];
      if (key === 'target' && (hasOwnNames(config) || targets.every(({ place }) => place !== placeOf(index)))) return [];
      const meant = nearest(pattern, known[key]);
      const hint = meant === null ? '' : `, did you mean ${meant}?`;
      return [problem({ path: ['policy', index, 'match', key], message: `${nothingIs(key, pattern)}${hint}` })];
    }),
  );
}

function nothingIs(key: keyof Known, pattern: string): string {
  if (key === 'action') return `there is no action ${pattern}`;
  return key === 'environment' ? `no service of \`services\` has the environment ${pattern}` : `nothing here is called ${pattern}`;
}

const placeOf = (index: number): string => `policy.${index}.match.target`;

/** What actions are done to that has a name of its own: an operation or a silence has its name only later. */
const LASTING: ReadonlySet<FieldKind | undefined> = new Set(['service', 'host', 'volume', 'guest', 'node', 'database', 'thing', 'source']);

/** The targets of `policy`, but those of rules for actions that are done to nothing lasting. */
export function targetsNamed({ policy }: Pick<Config, 'policy'>, { entries }: Pick<Assets, 'entries'>): readonly NamedThing[] {
  const isDone = (action: string | undefined): boolean =>
    action === undefined ||
    [...entries.values()].some(({ shape }) => isAlike(action.toLowerCase(), shape.id) && LASTING.has(shape.positional[0]?.kind));
  return policy.flatMap(({ match: { action, target } }, index): readonly NamedThing[] =>
    target === undefined || /^\*+$/u.test(target) || !isDone(action) ? [] : [{ kind: 'target', name: target, place: placeOf(index) }],
  );
}

/** Systems that have names which no configuration says. */
const hasOwnNames = ({ swarm, proxmox, gluster }: Config): boolean => [swarm, proxmox, gluster].some((system) => system !== undefined);

/** What the configuration says that there is. */
function thingsOf({ databases, hosts, machines, names }: Config): readonly string[] {
  return [
    ...Object.keys(databases).flatMap((name) => [name, `db:${name}`]),
    ...Object.entries(hosts).flatMap(([name, { aliases }]) => [name, ...aliases]),
    ...Object.entries(machines).flatMap(([name, { host = name, node = name }]) => [name, host, node]),
    ...names.public,
    ...Object.keys(names.zones),
  ];
}
