import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHosts } from '#adapters/hosts/create-hosts.ts';
import { parseDf } from '#adapters/hosts/file-systems.ts';
import { parseImages, parseSize } from '#adapters/hosts/images.ts';
import { parseSizes } from '#adapters/hosts/logs.ts';
import { parsePartials } from '#adapters/hosts/partials.ts';
import type { Hosts } from '#ports/hosts.ts';
import { LabMachine } from '#test/lab/hosts/lab-machine.ts';

const OLD = `sha256:${'a'.repeat(64)}`;
const USED = `sha256:${'b'.repeat(64)}`;
const GB = 1_000_000_000;

let lab: LabMachine;
let hosts: Hosts;
beforeEach(async () => {
  lab = await LabMachine.open();
  hosts = createHosts([lab.machine('pica01', ['pica01.example.org'])]);
});
afterEach(() => lab.close());

describe('what fills a machine', () => {
  it('is told with what may be removed, the biggest first', async () => {
    lab.docker.images = [
      { id: USED, tags: ['r:5000/pad:v2'], uniqueSize: '300MB' },
      { id: OLD, tags: ['r:5000/pad:v1'], uniqueSize: '1.5GB' },
      { id: `sha256:${'c'.repeat(64)}`, tags: [], uniqueSize: '2GB' },
    ];
    const log = await lab.container('pad.1', USED, 3 * GB);
    await lab.container('blog.1', USED, GB);
    const small = await lab.file('backups/a.partial', 10, 2);
    const big = await lab.file('backups/deep/b c.partial', 20, 2);
    await lab.file('backups/fresh.partial', 30, 0.9);
    await lab.file('backups/whole.sql', 40, 2);
    const space = await hosts.space('pica01.example.org');
    expect(space).toMatchObject({
      host: 'pica01',
      docker: {
        answers: true,
        images: [
          { id: `sha256:${'c'.repeat(64)}`, name: null, bytes: 2 * GB },
          { id: OLD, name: 'r:5000/pad:v1', bytes: 1.5 * GB },
        ],
        logs: [{ container: 'pad.1', path: log, bytes: 3 * GB }],
      },
      partials: [
        { path: big, bytes: 20 },
        { path: small, bytes: 10 },
      ],
    });
    expect(space.fileSystems.length).toBeGreaterThan(0);
    for (const { usedShare } of space.fileSystems) expect(usedShare).toBeGreaterThanOrEqual(0);
  });

  it('says that there is no Docker, or why it does not answer', async () => {
    lab.docker.installed = false;
    expect((await hosts.space('pica01')).docker).toEqual({ answers: false, reason: null });
    lab.docker.installed = true;
    lab.docker.complaint = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';
    expect((await hosts.space('pica01')).docker).toEqual({ answers: false, reason: lab.docker.complaint });
  });

  it('says that logs cannot be seen by this account', async () => {
    const log = await lab.container('pad.1', USED, 2 * GB);
    lab.before = (command) =>
      command.includes(' stat ') ? { code: 1, stdout: '', stderr: `stat: cannot statx '${log}': Permission denied\n` } : undefined;
    expect((await hosts.space('pica01')).docker).toMatchObject({ answers: true, logs: null });
  });

  it('refuses what answers something else', async () => {
    lab.before = (command) => (command.includes(' df --block') ? { code: 0, stdout: 'Welcome!\n', stderr: '' } : undefined);
    await expect(hosts.space('pica01')).rejects.toMatchObject({ code: 'host_refused', params: { host: 'pica01' } });
    lab.before = (command) => (command.includes('docker system') ? { code: 0, stdout: '{"Images":[{"ID":"x"}]}', stderr: '' } : undefined);
    await expect(hosts.space('pica01')).rejects.toMatchObject({ code: 'host_refused', params: { command: 'docker system df' } });
  });

  it('names the machine that was probably meant', async () => {
    await expect(hosts.space('pcia01')).rejects.toMatchObject({ code: 'host_unknown', params: { nearest: 'pica01', known: ['pica01'] } });
  });
});

describe('removing', () => {
  it('removes an image with all of its tags, in whatever repositories', async () => {
    lab.docker.images = [{ id: OLD, tags: ['r/pad:v1', 'other/pad:v1'], uniqueSize: '1GB' }];
    expect(await hosts.clean('pica01', { kind: 'image', id: OLD })).toEqual({ outcome: 'removed', bytes: null });
    expect(lab.docker.images).toEqual([]);
    expect(await hosts.clean('pica01', { kind: 'image', id: OLD })).toEqual({ outcome: 'gone', bytes: null });
    expect(lab.commands.filter((command) => /force|-f\b|prune/u.test(command))).toEqual([]);
  });

  it('keeps an image that a container uses by now, however late it came', async () => {
    lab.docker.images = [{ id: USED, tags: ['r/pad:v1'], uniqueSize: '1GB' }];
    await lab.container('pad.1', USED, 0);
    expect(await hosts.clean('pica01', { kind: 'image', id: USED })).toEqual({ outcome: 'kept', bytes: null });
    const [late] = lab.docker.containers;
    lab.docker.containers = [];
    lab.before = (command) => {
      if (command.includes('image rm') && late !== undefined) lab.docker.containers = [late];
      return undefined;
    };
    expect(await hosts.clean('pica01', { kind: 'image', id: USED })).toEqual({ outcome: 'kept', bytes: null });
    expect(lab.docker.images).toHaveLength(1);
  });

  it('empties a log that is still oversized', async () => {
    const [big, small] = [await lab.container('pad.1', USED, 2 * GB), await lab.container('blog.1', USED, GB)];
    expect(await hosts.clean('pica01', { kind: 'log', path: big })).toEqual({ outcome: 'removed', bytes: 2 * GB });
    expect(statSync(big).size).toBe(0);
    expect(await hosts.clean('pica01', { kind: 'log', path: big })).toEqual({ outcome: 'kept', bytes: 0 });
    expect(await hosts.clean('pica01', { kind: 'log', path: small })).toEqual({ outcome: 'kept', bytes: 0 });
    expect(statSync(small).size).toBe(GB);
    expect(await hosts.clean('pica01', { kind: 'log', path: big.replaceAll('706164', '706165') })).toEqual({ outcome: 'gone', bytes: 0 });
  });

  it('removes a .partial file that is still a day old', async () => {
    const old = await lab.file("backups/l'été $HOME.partial", 123, 2);
    const fresh = await lab.file('backups/fresh.partial', 5, 0.5);
    expect(await hosts.clean('pica01', { kind: 'partial', path: old })).toEqual({ outcome: 'removed', bytes: 123 });
    expect(existsSync(old)).toBe(false);
    expect(await hosts.clean('pica01', { kind: 'partial', path: old })).toEqual({ outcome: 'gone', bytes: 0 });
    expect(await hosts.clean('pica01', { kind: 'partial', path: fresh })).toEqual({ outcome: 'kept', bytes: 0 });
    expect(existsSync(fresh)).toBe(true);
  });

  it('touches nothing outside what it is for', async () => {
    const outside = await lab.file('elsewhere/x.partial', 1, 2);
    const whole = await lab.file('backups/whole.sql', 1, 2);
    for (const path of [outside, join(lab.folder, 'backups') + '/../elsewhere/x.partial'])
      await expect(hosts.clean('pica01', { kind: 'partial', path })).rejects.toMatchObject({ code: 'host_refused' });
    expect(await hosts.clean('pica01', { kind: 'partial', path: whole })).toEqual({ outcome: 'kept', bytes: 0 });
    await expect(hosts.clean('pica01', { kind: 'log', path: whole })).rejects.toMatchObject({ code: 'host_refused' });
    await expect(hosts.clean('pica01', { kind: 'image', id: '--all' })).rejects.toMatchObject({ code: 'host_refused' });
    expect([outside, whole].map((path) => existsSync(path))).toEqual([true, true]);
  });
});

describe('reading answers', () => {
  it('reads df, the fullest first, mounts with spaces and all', () => {
    const text = '  1B-blocks      Used     Avail Mounted on\n 100 20 75 /\n 1000 900 100 /srv/my disk\n 0 0 0 /proc/x\n - - - /boot/efi\n';
    expect(parseDf(text)).toEqual([
      { mount: '/srv/my disk', sizeBytes: 1000, usedBytes: 900, usedShare: 0.9 },
      { mount: '/', sizeBytes: 100, usedBytes: 20, usedShare: 20 / 95 },
    ]);
  });

  it.each(['', 'hello', '1B-blocks Used Avail Mounted on\nhello', 'Filesystem Size\n/ 1'])('takes %j for no answer of df', (text) => {
    expect(parseDf(text)).toBeNull();
  });

  it.each([
    ['0B', 0],
    ['632.1kB', 632_100],
    ['16.43MB', 16_430_000],
    ['1.2GB', 1_200_000_000],
    ['3TB', 3_000_000_000_000],
    ['N/A', null],
    ['12', null],
    ['1.2GiB', null],
    ['-1MB', null],
  ])('reads the size %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each([
    '',
    '[]',
    '{"Images":null}',
    '{"Images":[]}\n{"Images":[]}',
    '{"Images":[{"ID":"zz","Repository":"a","Tag":"b","Containers":"0","UniqueSize":"1B"}]}',
  ])('takes %j for no answer of docker system df', (text) => {
    expect(parseImages(text)).toBeNull();
  });

  it('reads what find and stat print, and nothing that was cut off', () => {
    expect(parsePartials('1700000000.5000000000\t12\t/b/a\nb.partial\0')).toEqual([
      { path: '/b/a\nb.partial', bytes: 12, writtenAt: 1_700_000_000_000 },
    ]);
    expect(parsePartials('')).toEqual([]);
    for (const text of ['1700000000.5\t12\t/b/a.partial', 'x\t12\t/b/a.partial\0', '1\t12\t/b/a.sql\0'])
      expect(parsePartials(text)).toBeNull();
    expect(parseSizes('12\t/a b\0')).toEqual([{ path: '/a b', bytes: 12 }]);
    for (const text of ['12\t/a', 'x\t/a\0', '12 /a\0']) expect(parseSizes(text)).toBeNull();
  });
});
