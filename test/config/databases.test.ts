import { describe, expect, it } from 'vitest';
import { parseConfig } from '#config/load.ts';
import { inventoryOf } from '#config/parts.ts';
import { added, KEY_REFERENCE, problemsOf } from './sample.ts';

const KEY = `key: "${KEY_REFERENCE}", host_key: "SHA256:${'A'.repeat(43)}"`;
const swarm = (nodes = ''): string => `swarm: { host: unix:///var/run/docker.sock${nodes} }`;
const HOSTS = `hosts:\n  db01: { ssh: { host: root@db01, ${KEY} } }`;
const databases = (members: string, more = `${swarm()}\n${HOSTS}`): string => added(`${more}\ndatabases:\n  pad: { ${members} }`);

describe('databases', () => {
  it('need no more than their kind and their server', () => {
    const { config } = parseConfig(databases('engine: postgres, service: postgres'), 'vigie.yaml');
    expect(config.databases['pad']).toEqual({ engine: 'postgres', service: 'postgres', used_by: [] });
  });

  it('are names that the inventory knows', () => {
    const inventory = inventoryOf(parseConfig(databases('engine: postgres, host: db01'), 'vigie.yaml').config);
    expect(['pad', 'blog', 'constructor'].map((name) => inventory.knows(name))).toEqual([true, false, false]);
  });

  it.each([
    ['service: postgres', 'databases.pad.engine: is missing'],
    ['engine: oracle, service: postgres', 'databases.pad.engine'],
    ['engine: postgres', 'needs service or host, and not both'],
    ['engine: postgres, service: postgres, host: db01', 'needs service or host, and not both'],
    ['engine: postgres, host: db02', 'there is no db02 in hosts, did you mean db01?'],
    ['engine: postgres, service: postgres, database: "pad; drop"', 'must be a name of at most 40 letters'],
    [`engine: postgres, service: postgres, database: ${'x'.repeat(41)}`, 'must be a name of at most 40 letters'],
    ['engine: postgres, service: postgres, password: geheim', 'databases.pad.password'],
    ['engine: postgres, service: postgres, port: 70000', 'databases.pad.port'],
    ['engine: postgres, service: postgres, run_as: "-x"', 'must be the name of an account'],
    ['engine: postgres, service: postgres, adress: x', 'unknown key, did you mean address?'],
    ['engine: postgres, service: postgres }\n  old: { engine: postgres, service: postgres, database: pad', 'is the same database as pad'],
    ['engine: mariadb, service: mariadb, database: mysql', 'mysql belongs to the server itself'],
    ['engine: mariadb, service: mariadb, database: MySQL', 'MySQL belongs to the server itself'],
    ['engine: mariadb, service: mariadb, database: performance_schema', 'belongs to the server itself'],
    ['engine: postgres, service: postgres, database: postgres', 'postgres belongs to the server itself'],
    ['engine: postgres, service: postgres, database: template1', 'template1 belongs to the server itself'],
    ['engine: mongodb, service: mongo, database: admin', 'admin belongs to the server itself'],
    ['engine: mongodb, service: mongo, database: Local', 'Local belongs to the server itself'],
    ['engine: postgres, service: postgres, database: wiki_vigie_old_p7k', 'a name that vigie gives to what it keeps for a week'],
    ['engine: mongodb, service: mongo, database: pad.notes', 'the name of a database has no dots'],
    ['engine: mongodb, service: mongo }\n  old: { engine: mongodb, service: mongo, database: PAD', 'is the same database as pad'],
  ])('refuse %s', (members, problem) => {
    expect(problemsOf(databases(members)).join('\n')).toContain(problem);
  });

  it('need the Swarm for services', () => {
    expect(problemsOf(databases('engine: postgres, service: postgres', '')).join('\n')).toContain('needs swarm');
    expect(problemsOf(databases('engine: postgres, host: db01, used_by: [pad]', HOSTS)).join('\n')).toContain('needs swarm');
  });
});

describe('nodes of the Swarm', () => {
  const nodes = (members: string): string => added(swarm(`, nodes: { pica02: { ${members} } }`));

  it('are reached as the manager is', () => {
    const { config } = parseConfig(nodes(`host: ssh://vigie@pica02, ssh: { ${KEY} }`), 'vigie.yaml');
    expect(config.swarm?.nodes['pica02']).toMatchObject({ host: 'ssh://vigie@pica02', ssh: { socket: '/var/run/docker.sock' } });
  });

  it.each([
    ['host: ssh://vigie@pica02', 'swarm.nodes.pica02.host: needs swarm.nodes.pica02.ssh with key and host_key'],
    ['host: tcp://10.0.0.2:2375', 'needs swarm.nodes.pica02.tls'],
    [`host: unix:///run/docker.sock, ssh: { ${KEY} }`, 'swarm.nodes.pica02.ssh: is only for ssh://'],
    ['host: pica02', 'must be unix:///path'],
  ])('refuse %s', (members, problem) => {
    expect(problemsOf(nodes(members)).join('\n')).toContain(problem);
  });
});
