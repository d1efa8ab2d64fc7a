import { describe, expect, it } from 'vitest';
import { parseConfig } from '#config/load.ts';
import { inventoryOf } from '#config/parts.ts';
import { added, KEY_REFERENCE, problemsOf } from './sample.ts';

const SSH = `ssh: { host: root@pica01, key: "${KEY_REFERENCE}", host_key: "SHA256:${'A'.repeat(43)}" }`;
const hosts = (members: string): string => added(`hosts:\n  pica01: { ${members} }`);

describe('hosts', () => {
  it('needs no more than the way there', () => {
    const { config } = parseConfig(hosts(SSH), 'vigie.yaml');
    expect(config.hosts['pica01']).toMatchObject({ ssh: { host: 'root@pica01' }, partials: [], aliases: [] });
  });

  it('is what remedies may be for, by all its names', () => {
    const inventory = inventoryOf(parseConfig(hosts(`${SSH}, aliases: [pica01.example.org]`), 'vigie.yaml').config);
    expect(['pica01', 'pica01.example.org', 'pica02', 'constructor'].map((name) => inventory.knows(name))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it.each([
    ['partials: [/var/backups]', 'hosts.pica01.ssh: is missing'],
    [`${SSH}, partials: [backups]`, 'must be an absolute path'],
    [`${SSH}, partials: [/]`, 'must be a folder below /, without ..'],
    [`${SSH}, partials: [/var/../etc]`, 'must be a folder below /, without ..'],
    [`${SSH}, partial: [/var]`, 'hosts.pica01.partial: unknown key, did you mean partials?'],
    [SSH.replace('root@', ''), 'must be user@host or user@host:port'],
    [`${SSH}, aliases: [a, a]`, 'hosts.pica01.aliases.1: a is a name of pica01 already'],
  ])('refuses %s', (members, problem) => {
    expect(problemsOf(hosts(members)).join('\n')).toContain(problem);
  });
});
