import { describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { SystemClients } from '#ports/clients.ts';
import type { NamedThing } from '#ports/inventory.ts';
import { withMissing } from '#app/app/systems.ts';
import { channelsNamed, thingsNamed } from '#config/named-things.ts';
import { parseConfig } from '#config/load.ts';
import { unknownChannels, unknownThings } from '#pipeline/named/unknown-names.ts';
import { added } from '#test/config/sample.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { picasoftHypervisor } from '#test/lab/hypervisor/picasoft.ts';
import { labDatabases } from '#test/lab/parts.ts';
import { MemorySwarm } from '#test/lab/swarm/memory-swarm.ts';

const swarm = new MemorySwarm(new ManualClock());
swarm.registry.push('registry.lab:5000/mattermost:v1');
swarm.createService({ name: 'mattermost', image: 'registry.lab:5000/mattermost:v1', replicas: 1 });
const ALL = { swarm, hypervisor: picasoftHypervisor(new ManualClock()), databases: labDatabases(new ManualClock()) };
const inventory = { namesOf: (name: string) => (name === 'alice' ? ['alice', 'alice.example.org'] : [name]) };

const look = async (named: readonly NamedThing[], clients: Partial<SystemClients> = ALL) =>
  await unknownThings({ ...withMissing(clients), inventory }, named, AbortSignal.timeout(20_000));

const configured = (yaml: string): readonly NamedThing[] => thingsNamed(parseConfig(added(yaml), 'vigie.yaml').config);
const target = (name: string): NamedThing => ({ kind: 'target', name, place: 'policy.0.match.target' });

describe('what the configuration names', () => {
  it('is unknown where a service is misspelt, with the one that was meant', async () => {
    const named = configured('services: { mattremost: { environment: production, self: true }, mattermost: { most: 3 } }');
    expect(await look(named)).toEqual({
      unknown: [{ kind: 'service', place: 'services', name: 'mattremost', nearest: 'mattermost', teams: null }],
      unanswered: false,
    });
  });

  it('may be a database where it is about an environment alone', async () => {
    const named = configured('services: { pad: { environment: production }, blog: { database: true }, nothing: { environment: test } }');
    expect((await look(named)).unknown.map(({ name }) => name)).toEqual(['blog', 'nothing']);
  });

  it.each([
    ['mattermost', []],
    ['Matter*', []],
    ['db:pad', []],
    ['vm:pica01', []],
    ['alice.example.org', []],
    ['mattremost', ['mattermost']],
    ['mattremost*', ['mattermost']],
  ])('is a target, %s', async (name, meant) => {
    expect((await look([target(name)])).unknown.map(({ nearest }) => nearest)).toEqual(meant);
  });

  it('is not called unknown while somebody who may have it does not answer', async () => {
    const away = async () => await Promise.reject(new VigieError('swarm_unreachable', { host: 'h', reason: 'r' }));
    const clients = { ...ALL, swarm: { ...withMissing({}).swarm, services: away } };
    const named: readonly NamedThing[] = [target('nothing'), target('pica01'), { kind: 'service', name: 'nothing', place: 'services' }];
    expect(await look(named, clients)).toEqual({ unknown: [], unanswered: true });
  });
});

describe('a channel that is named', () => {
  const { config } = parseConfig(
    added('alerts: { channel: alerts }').replace('token:', 'announce: everybody\n  languages: { english: en, tech: fr }\n  token:'),
    'vigie.yaml',
  );
  const named = channelsNamed(config, [
    { name: 'disks', channel: 'disk-alerts' },
    { name: 'usual', channel: null },
  ]);

  it('is looked at wherever it stands', async () => {
    const { unknown } = await unknownChannels({ channel: async () => null }, named);
    expect(unknown.map(({ place, name }) => `${place}: ${name}`)).toEqual([
      'mattermost.announce: everybody',
      'mattermost.languages: english',
      'mattermost.languages: tech',
      'alerts.channel: alerts',
      'rule disks: disk-alerts',
    ]);
  });

  it('may be in several teams, or nobody can tell', async () => {
    const channel = async (name: string) => {
      if (name === 'alerts') throw new VigieError('channel_ambiguous', { channel: name, teams: 'a, b' });
      if (name === 'tech') throw new VigieError('chat_unreachable', { host: 'h', reason: 'r' });
      return { id: name, name, team: null, kind: 'public' as const };
    };
    expect(await unknownChannels({ channel }, named)).toMatchObject({ unknown: [{ name: 'alerts', teams: 'a, b' }], unanswered: true });
  });
});
