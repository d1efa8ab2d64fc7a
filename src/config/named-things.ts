import type { NamedThing } from '#ports/inventory.ts';
import { SERVICE_DEFAULTS, type Config } from './schema.ts';

type Kind = NamedThing['kind'];

const each = (kind: Kind, place: string, names: Iterable<string | undefined>): readonly NamedThing[] =>
  [...names].flatMap((name) => (name === undefined ? [] : [{ kind, place, name }]));

/** What the configuration names of its systems, each by its key: they alone know whether it is there. */
export function thingsNamed({ services, swarm, proxmox, databases }: Config): readonly NamedThing[] {
  const guests = Object.entries(proxmox?.guests ?? {});
  return [
    ...Object.entries(services).flatMap(([name, facts]) => each(hasEnvironmentAlone(facts) ? 'thing' : 'service', 'services', [name])),
    ...each('swarm-node', 'swarm.nodes', Object.keys(swarm?.nodes ?? {})),
    ...each('node', 'proxmox.hosts', Object.keys(proxmox?.hosts ?? {})),
    ...guests.flatMap(([name, { swarm_node: node }]) => [
      ...each('guest', 'proxmox.guests', [name]),
      ...each('swarm-node', `proxmox.guests.${name}.swarm_node`, [node]),
    ]),
    ...Object.entries(databases).flatMap(([name, { service, used_by: usedBy }]) => [
      ...each('service', `databases.${name}.service`, [service]),
      ...each('service', `databases.${name}.used_by`, usedBy),
    ]),
  ];
}

/** The channels that the configuration and its rules name, where vigie speaks or how. */
export function channelsNamed(
  { mattermost, alerts }: Config,
  rules: readonly { readonly name: string; readonly channel: string | null }[],
): readonly NamedThing[] {
  return [
    ...each('channel', 'mattermost.announce', [mattermost.announce]),
    ...each('channel', 'mattermost.languages', Object.keys(mattermost.languages)),
    ...each('channel', 'alerts.channel', [alerts.channel]),
    ...rules.flatMap(({ name, channel }) => each('channel', `rule ${name}`, [channel ?? undefined])),
  ];
}

/** Such facts hold for whatever bears the name: a database or a machine is in an environment, too. */
function hasEnvironmentAlone(facts: Config['services'][string]): boolean {
  return JSON.stringify({ ...facts, environment: undefined }) === JSON.stringify(SERVICE_DEFAULTS);
}
