import { describe, expect, it } from 'vitest';
import type { ProbeCheck } from '#domain/alert/rule.ts';
import { hostOfTarget, parseProbeTarget } from '#domain/alert/probe-target.ts';

const KINDS: readonly ProbeCheck['kind'][] = [
  'ping',
  'tcp',
  'http',
  'tls',
  'dns',
  'docker',
  'proxmox',
  'gluster',
  'raid',
  'smart',
  'addresses',
];

describe('the target of a probe', () => {
  it.each([
    ['ping', 'pica01', { host: 'pica01', port: null }],
    ['tcp', 'pica01:22', { host: 'pica01', port: 22 }],
    ['tcp', '[2001:db8::1]:22', { host: '2001:db8::1', port: 22 }],
    ['tls', 'pad.picasoft.net', { host: 'pad.picasoft.net', port: 443 }],
    ['http', 'https://pad.picasoft.net/health?full', { host: 'pad.picasoft.net', port: 443 }],
    ['http', 'http://pica01:8080', { host: 'pica01', port: 8080 }],
    ['docker', '*', { host: '*', port: null }],
    ['proxmox', '*', { host: '*', port: null }],
    ['proxmox', 'alice', { host: 'alice', port: null }],
    ['proxmox', 'node/alice', { host: 'alice', port: null }],
    ['addresses', 'held/192.0.2.1', { host: '192.0.2.1', port: null }],
    ['addresses', 'held/*', { host: 'addresses', port: null }],
    ['gluster', 'bricks/data', { host: 'data', port: null }],
    ['gluster', 'split-brain/*', { host: 'GlusterFS', port: null }],
    ['raid', 'degraded/alice', { host: 'alice', port: null }],
    ['raid', 'inconsistent/*', { host: 'disks', port: null }],
    ['smart', 'hot/pica01.picasoft.net', { host: 'pica01.picasoft.net', port: null }],
    ['proxmox', 'guest/pica01', { host: 'pica01', port: null }],
  ] as const)('%s reads %s', (kind, target, read) => {
    expect(parseProbeTarget(kind, target)).toEqual(read);
  });

  it.each([
    ['ping', 'pica01:22'],
    ['ping', 'https://pica01'],
    ['ping', '-c100'],
    ['tcp', 'pica01'],
    ['tcp', 'pica01:0'],
    ['tcp', 'pica01:65536'],
    ['tls', 'pica01/health'],
    ['http', 'pica01'],
    ['http', 'ftp://pica01/'],
    ['http', 'constructor://pica01/'],
    ['http', 'https://pica01:99999/'],
    ['tcp', '*'],
    ['proxmox', 'guest/*'],
    ['proxmox', 'vm/pica01'],
    ['proxmox', 'node/'],
    ['proxmox', 'alice:8006'],
    ['addresses', '192.0.2.1'],
    ['addresses', 'held/pica01'],
    ['gluster', 'data'],
    ['gluster', 'disks/data'],
    ['gluster', 'bricks/a b'],
    ['raid', 'hot/alice'],
    ['raid', 'degraded'],
    ['smart', 'degraded/alice'],
    ['smart', 'failing/a b'],
    ['ping', 'node/alice'],
  ] as const)('%s refuses %s', (kind, target) => {
    expect(parseProbeTarget(kind, target)).toBeNull();
  });

  it('names the same machine to the prober and to what depends on it', () => {
    const targets = [
      'pica01',
      'pica01:22',
      '[2001:db8::1]:443',
      '[::1]',
      'https://pad.picasoft.net/health',
      'http://pica01:8080/?a=b',
      'node/alice',
      'guest/pica01',
      'held/192.0.2.1',
      'heals/data',
      'space/*',
      '*',
    ];
    for (const target of targets)
      for (const kind of KINDS) {
        const read = parseProbeTarget(kind, target);
        if (read !== null) expect(hostOfTarget(target)).toBe(read.host);
      }
  });

  it('leaves alone what it can not read', () => {
    expect(hostOfTarget('2001:db8::1')).toBe('2001:db8::1');
    expect(hostOfTarget('the cellar')).toBe('the cellar');
  });
});
