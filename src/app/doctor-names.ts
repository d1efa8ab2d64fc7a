import type { Directory } from '#ports/chat.ts';
import type { SystemClients } from '#ports/clients.ts';
import type { NamedThing } from '#ports/inventory.ts';
import { inventoryOf } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';
import { unknownChannels, unknownThings, type UnknownName } from '#pipeline/named/unknown-names.ts';
import { bad, type Finding } from './finding.ts';
import { withMissing } from './systems.ts';

/** Whether there is what the configuration names; who doesn't answer is a finding of its own. */
export async function lookAtNamed(
  config: Config,
  clients: Partial<SystemClients>,
  named: readonly NamedThing[],
): Promise<readonly Finding[]> {
  const asked = { ...withMissing(clients), inventory: inventoryOf(config) };
  const { unknown } = await unknownThings(asked, named, AbortSignal.timeout(GIVEN_UP_MS));
  return unknown.map(finding);
}

/** The same of channels. */
export async function lookAtChannels(directory: Pick<Directory, 'channel'>, named: readonly NamedThing[]): Promise<readonly Finding[]> {
  return (await unknownChannels(directory, named)).unknown.map(finding);
}

/** Longer than any of them is asked. */
const GIVEN_UP_MS = 20_000;

const NO_SUCH: Readonly<Record<NamedThing['kind'], string>> = {
  service: 'which is no service of the Swarm',
  'swarm-node': 'which is no node of the Swarm',
  guest: "which Proxmox doesn't know",
  node: 'which is no node of the cluster',
  thing: 'and nothing is called so',
  target: 'and nothing is called so',
  channel: 'which is not to be seen: invite vigie there, or correct it',
};

function finding({ kind, place, name, nearest, teams }: UnknownName): Finding {
  if (teams !== null) return bad('channels', `${place} names ${name}, which several teams have (${teams}): write team/${name}`);
  const hint = nearest === null ? '' : `: did you mean ${nearest}?`;
  return bad(kind === 'channel' ? 'channels' : 'configuration', `${place} names ${name}, ${NO_SUCH[kind]}${hint}`);
}
