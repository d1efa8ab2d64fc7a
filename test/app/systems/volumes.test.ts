import { beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { volumes } from '#app/app/systems/volumes.ts';
import { volumesStatus } from '#app/app/systems/volumes/status.ts';
import { lookAtVolumes } from '#app/app/systems/volumes/doctor.ts';
import { PRIVATE_KEY, secretFile } from '#test/config/sample.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { MemoryVolumes } from '#test/lab/volumes/memory-volumes.ts';
import { examination, examine } from './examine.ts';

const KEY = `\${file:${secretFile('ssh-key', PRIVATE_KEY)}}`;
const host = (name: string): string =>
  `  ${name}: { ssh: { host: root@127.0.0.1:1, key: "${KEY}", host_key: "SHA256:${'A'.repeat(43)}" } }`;
const CONFIG = `hosts:\n${host('pica01')}\n${host('pica02')}\ngluster:\n  hosts: [pica01, pica02]\n  mounts: [{ host: pica01, path: /DATA, volume: data }]\n`;

let lab: MemoryVolumes;
beforeEach(() => {
  lab = new MemoryVolumes(new ManualClock());
});

const look = (config = CONFIG) => lookAtVolumes(lab, examination(config));

describe('status, of GlusterFS', () => {
  const about = { names: null } as Parameters<typeof volumesStatus>[1];
  const never = async (): Promise<never> => await new Promise(() => undefined);
  const told = async (names: readonly string[] | null = null) =>
    (await volumesStatus(lab, { ...about, names }, new AbortController().signal)).map(({ says, about: params }) => ({ says, ...params }));

  it('knows a brick that is down, though a list of heals and the mounts take for ever', async () => {
    lab.brickOf('pica02').online = false;
    const heals = lab.heals.bind(lab);
    Object.assign(lab, { heals: async (name: string) => await (name === 'vault' ? never() : heals(name)), mounts: never });
    expect(await told()).toEqual([
      { says: 'bricks-away', name: 'data', away: ['pica02:/srv/bricks/data'] },
      { says: 'heals-silent', names: ['vault'] },
      { says: 'mounts-silent', problem: { code: 'no_answer', params: { limit: 2_700 } } },
      { says: 'volumes', volumes: 2, sound: 0 },
    ]);
  });

  it('knows a mount that is gone, though nobody tells which volumes there are', async () => {
    Object.assign(lab, { list: never });
    lab.mountStates.set('pica02', 'missing');
    expect(await told()).toEqual([
      { says: 'volumes-silent', problem: { code: 'no_answer', params: { limit: 2_700 } } },
      { says: 'mount', host: 'pica02', path: '/DATA', volume: 'data', state: 'missing' },
    ]);
  });

  it('is unknown where nothing answers', async () => {
    Object.assign(lab, { list: never, mounts: never });
    await expect(told()).rejects.toMatchObject({ code: 'no_answer' });
  });

  it('calls no volume sound of which a brick that runs does not say what it knows', async () => {
    const heals = lab.heals.bind(lab);
    Object.assign(lab, { heals: async (name: string) => (await heals(name)).map((brick) => ({ ...brick, answers: name === 'data' })) });
    expect(await told()).toEqual([
      { says: 'heals-silent', names: ['vault'] },
      { says: 'volumes', volumes: 2, sound: 1 },
    ]);
  });
});

describe('doctor, of GlusterFS', () => {
  it('says so when there is none', async () => {
    expect(await examine(volumes, examination())).toEqual([
      { what: 'GlusterFS', ok: true, absent: true, detail: 'none configured: no volumes, no heal' },
    ]);
  });

  it('sees its machines, its volumes and its mounts', async () => {
    expect(await look()).toEqual([
      { what: 'GlusterFS', ok: true, detail: '10.3 on pica01, pica02, 2 peers' },
      { what: 'volume data', ok: true, detail: '2 bricks, 0 to heal' },
      { what: 'volume vault', ok: true, detail: '3 bricks, 0 to heal' },
      { what: '/DATA on pica01', ok: true, detail: 'volume data' },
      { what: '/DATA on pica02', ok: true, detail: 'volume data' },
    ]);
  });

  it('names what is wrong, with what mends it', async () => {
    lab.versions = { pica01: '10.3', pica02: '9.2' };
    lab.peerConnected = false;
    lab.brickOf('pica02').online = false;
    lab.vault.started = false;
    lab.mountStates.set('pica01', 'stale').set('pica02', 'missing');
    const wrong = (await look()).filter(({ ok }) => !ok).map(({ what, detail }) => `${what}: ${detail}`);
    expect(wrong).toEqual([
      'GlusterFS: pica01 does not reach pica02: does glusterd run there?',
      'GlusterFS: several versions: pica01 10.3, pica02 9.2. Upgrade the older ones',
      'volume data: pica02:/srv/bricks/data is down: gluster volume start data force',
      'volume vault: is not started: gluster volume start vault',
      '/DATA on pica01: stale (/DATA: Transport endpoint is not connected): umount -l /DATA, then mount -t glusterfs pica01:/data /DATA',
      '/DATA on pica02: missing (nothing is mounted there): mount -t glusterfs pica02:/data /DATA',
    ]);
  });

  it('names an op-version that was left behind, a machine that does not answer, and a split-brain', async () => {
    lab.opVersion = 90_000;
    lab.split('/a', { pica01: 'a', pica02: 'b' });
    expect(await look()).toContainEqual({
      what: 'GlusterFS',
      ok: false,
      detail: 'speaks op-version 90000 and could 100000: gluster volume set all cluster.op-version 100000',
    });
    expect(await look()).toContainEqual({ what: 'volume data', ok: false, detail: '1 in split-brain: storage data' });
    lab.versions = { pica01: '10.3', pica02: null };
    expect(await look()).toContainEqual({
      what: 'GlusterFS on pica02',
      ok: false,
      detail: 'does not answer: may the account use gluster, as root or by sudo -n?',
    });
  });

  it('names a brick on a machine that it does not know', async () => {
    expect(await look(CONFIG.replace('hosts: [pica01, pica02]', 'hosts: [pica01]'))).toContainEqual({
      what: 'volume data',
      ok: false,
      detail: 'has bricks on pica02, which gluster.hosts does not know: name it in the aliases of its host',
    });
  });

  it('says that nobody answers, once for each thing that it asked', async () => {
    lab.trouble = new VigieError('ssh_unreachable', { host: 'root@pica01:22', reason: 'refused' });
    expect((await look()).filter(({ ok }) => !ok).map(({ what }) => what)).toEqual([
      'GlusterFS',
      'volumes',
      '/DATA on pica01',
      '/DATA on pica02',
    ]);
  });

  it('is connected from the configuration, and asks nobody before it is used', async () => {
    const findings = await examine(volumes, examination(CONFIG));
    expect(findings.map(({ what, ok }) => `${what} ${ok}`)).toEqual(['GlusterFS false', 'volumes false', '/DATA on pica01 false']);
  });
});
