import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '#config/load.ts';
import { added, PRIVATE_KEY, secretFile } from './sample.ts';

const KEY = `\${file:${secretFile('ssh-key', PRIVATE_KEY)}}`;
const HOST = (name: string): string => `  ${name}: { ssh: { host: root@${name}, key: "${KEY}", host_key: "SHA256:${'A'.repeat(43)}" } }`;
const HOSTS = `hosts:\n${HOST('pica01')}\n${HOST('pica02')}\n`;

function problems(yaml: string): readonly string[] {
  try {
    parseConfig(added(HOSTS + yaml), 'vigie.yaml');
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((line) => line.replace(/^vigie\.yaml:\d+:\d+: /u, ''));
    throw error;
  }
}

describe('gluster in the configuration', () => {
  it('names machines of hosts, and where volumes are to be mounted', () => {
    const yaml =
      'gluster:\n  hosts: [pica01, pica02]\n  mounts:\n    - { host: pica02, path: /DATA, volume: data, marker: .vigie-place }\n';
    expect(problems(yaml)).toEqual([]);
    expect(parseConfig(added(HOSTS + yaml), 'vigie.yaml').config.gluster).toEqual({
      hosts: ['pica01', 'pica02'],
      mounts: [{ host: 'pica02', path: '/DATA', volume: 'data', marker: '.vigie-place' }],
      aside: '/var/lib/vigie-aside',
    });
  });

  it.each([
    ['gluster: { hosts: [] }', /gluster\.hosts/u],
    ['gluster: { hosts: [pcia01] }', /gluster\.hosts\.0: hosts names no machine pcia01, did you mean pica01\?/u],
    [
      'gluster: { hosts: [pica01], mounts: [{ host: alice, path: /DATA, volume: data }] }',
      /gluster\.mounts\.0\.host: hosts names no machine alice/u,
    ],
    ['gluster: { hosts: [pica01], mounts: [{ host: pica01, path: DATA, volume: data }] }', /must be an absolute path/u],
    ['gluster: { hosts: [pica01], mounts: [{ host: pica01, path: /DATA, volume: data, marker: a/b }] }', /without \//u],
    ['gluster: { hosts: [pica01], aside: / }', /must be a folder below \//u],
    ['gluster: { hosts: [pica01], aside: /srv/../etc }', /without \.\./u],
  ])('refuses %s', (yaml, pattern) => {
    expect(problems(`${yaml}\n`)).toEqual([expect.stringMatching(pattern)]);
  });
});
