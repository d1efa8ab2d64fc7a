import { beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { createVolumes } from '#adapters/gluster/create-volumes.ts';
import { firstAnswer } from '#adapters/gluster/first-answer.ts';
import { parseCrawls } from '#adapters/gluster/heal-info.ts';
import type { GlusterMachine } from '#adapters/gluster/machine.ts';
import { mountedAt } from '#adapters/gluster/mounts.ts';
import { parseXml } from '#adapters/gluster/xml.ts';
import type { CommandResult, Remote } from '#ports/remote.ts';
import { ManualClock } from '#test/lab/clock.ts';

const refuse = async (): Promise<never> => await Promise.reject(new Error('not here'));

/** A machine that answers each command as it is told. */
function machine(name: string, answer: (line: string) => Partial<CommandResult> | Promise<never>, sudo = false): GlusterMachine {
  const remote: Remote = {
    host: `root@${name}:22`,
    openSocket: refuse,
    openPort: refuse,
    execStream: refuse,
    files: refuse,
    close: async () => undefined,
    exec: async (command) => ({ code: 0, stdout: '', stderr: '', ...(await answer(command.join(' '))) }),
  };
  return { name, aliases: [], remote, sudo };
}

const xml = (inner: string, ret = '0', words = ''): Partial<CommandResult> => ({
  stdout: `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cliOutput>\n  <opRet>${ret}</opRet>\n  <opErrno>0</opErrno>\n  <opErrstr>${words}</opErrstr>\n  ${inner}\n</cliOutput>\n`,
});
const NONE = '<volInfo>\n    <volumes>\n      <count>0</count>\n    </volumes>\n  </volInfo>';
const clock = new ManualClock();
const volumesOn = (...machines: readonly GlusterMachine[]) => createVolumes({ machines, mounts: [], aside: '/aside', clock });
const away = (name: string) => machine(name, () => Promise.reject(new VigieError('ssh_unreachable', { host: name, reason: 'refused' })));

describe('an answer of GlusterFS', () => {
  it('is refused where it declares a document type, and where it is cut off', async () => {
    const { stdout = '' } = xml('<a>1</a>');
    expect(await parseXml(stdout)).toMatchObject({ cliOutput: { opRet: '0', a: '1' } });
    expect(await parseXml(stdout.replace('<cliOutput>', '<!DOCTYPE a [<!ENTITY x "boom">]><cliOutput>'))).toBeNull();
    expect(await parseXml(stdout.slice(0, -5))).toBeNull();
    expect(await parseXml('')).toBeNull();
  });

  it('keeps blanks and signs of a name', async () => {
    const { stdout = '' } = xml('<file gfid="0"> a&amp;b &lt;é&gt;\n</file>');
    expect(await parseXml(stdout)).toMatchObject({ cliOutput: { file: [{ '@gfid': '0', '#text': ' a&b <é>\n' }] } });
  });

  it('may be that there is no volume at all', async () => {
    expect(await volumesOn(machine('pica01', () => xml(NONE))).list()).toEqual([]);
  });

  it('is its own words where it says no', async () => {
    const said = volumesOn(machine('pica01', () => xml('', '-1', 'Another transaction is in progress')));
    await expect(said.list()).rejects.toMatchObject({
      code: 'gluster_refused',
      params: { host: 'pica01', command: 'gluster volume info', reason: 'Another transaction is in progress' },
    });
  });

  it('is refused in any other form', async () => {
    await expect(volumesOn(machine('pica01', () => xml('<other/>'))).list()).rejects.toMatchObject({
      params: { reason: 'an answer of another form' },
    });
    await expect(volumesOn(machine('pica01', () => ({ stdout: 'Segmentation fault' }))).list()).rejects.toMatchObject({
      params: { reason: 'Segmentation fault' },
    });
  });

  it('is asked for by sudo where the account is not root', async () => {
    const lines: string[] = [];
    const asked = (line: string): Partial<CommandResult> => {
      lines.push(line);
      return xml(NONE);
    };
    await volumesOn(machine('pica01', asked, true)).list();
    await volumesOn(machine('pica01', asked)).list();
    expect(lines).toEqual([
      'env LC_ALL=C sudo -n gluster --mode=script --xml volume info all',
      'env LC_ALL=C gluster --mode=script --xml volume info all',
    ]);
  });

  it('has no crawl of another kind, and none that has not ended, among the full ones', () => {
    const crawl = (kind: string, end = true): string =>
      `Starting time of crawl: Mon Nov 30 12:31:00 2026\n\n${end ? 'Ending time of crawl: Mon Nov 30 12:31:00 2026\n\n' : ''}Type of crawl: ${kind}\nNo. of entries healed: 0\n\n`;
    expect(parseCrawls(crawl('INDEX') + crawl('FULL') + crawl('FULL', false))).toEqual({ ended: 1, running: 1 });
    expect(parseCrawls('')).toEqual({ ended: 0, running: 0 });
  });
});

describe('which machine is asked', () => {
  it('is the next one where one is away, or has no daemon', async () => {
    const dead = machine('pica01', () => ({ code: 1, stdout: 'Connection failed. Please check if gluster daemon is operational.\n' }));
    expect(
      await volumesOn(
        away('pica00'),
        dead,
        machine('pica02', () => xml(NONE)),
      ).list(),
    ).toEqual([]);
  });

  it('is no other where one says no', async () => {
    const refusing = machine('pica01', () => xml('', '-1', 'no'));
    await expect(
      volumesOn(
        refusing,
        machine('pica02', () => xml(NONE)),
      ).list(),
    ).rejects.toMatchObject({ params: { reason: 'no' } });
  });

  it('is told by the first, where all are away', async () => {
    await expect(volumesOn(away('pica01'), away('pica02')).list()).rejects.toMatchObject({
      code: 'ssh_unreachable',
      params: { host: 'pica01' },
    });
  });

  it('is the next one too while one takes its time, which is left then', async () => {
    const left: boolean[] = [];
    const machines = [away('slow'), away('quick')];
    const { machine: which, answer } = await firstAnswer(
      machines,
      async ({ name }, signal) => {
        if (name === 'quick') return 'here';
        return await new Promise<string>(() => signal.addEventListener('abort', () => left.push(true)));
      },
      undefined,
    );
    expect([which.name, answer, left]).toEqual(['quick', 'here', [true]]);
  });
});

describe('an order to heal', () => {
  const ONE = xml(
    '<volInfo><volumes><volume><name>data</name><typeStr>Replicate</typeStr><statusStr>Started</statusStr><replicaCount>2</replicaCount><arbiterCount>0</arbiterCount><disperseCount>0</disperseCount><redundancyCount>0</redundancyCount><bricks><brick>pica01:/b<name>pica01:/b</name><isArbiter>0</isArbiter></brick></bricks></volume><count>1</count></volumes></volInfo>',
  );
  let orders = 0;
  const refusing = (times: number, why: string) =>
    machine('pica01', (line) => {
      if (!line.endsWith('volume heal data')) return line.endsWith('--version') ? { stdout: 'glusterfs 10.3' } : ONE;
      orders += 1;
      if (orders > times) return { stdout: 'Launching heal operation has been successful' };
      return { code: 1, stderr: `Launching heal operation to perform index self heal on volume data has been unsuccessful:\n${why}` };
    });
  beforeEach(() => {
    orders = 0;
  });
  /** Time goes on whenever something waits for it. */
  async function inTime(done: Promise<void>): Promise<void> {
    let isOver = false;
    const over = done.finally(() => {
      isOver = true;
    });
    clock.isBusy = () => clock.sleeping === 0 && !isOver;
    await Promise.all([over, clock.advance(40_000)]);
  }

  it('is given again while the daemon that heals starts with its bricks', async () => {
    await inTime(volumesOn(refusing(2, 'Self-heal daemon is not running. Check self-heal daemon log file.')).heal('data', 'index'));
    expect(orders).toBe(3);
  });

  it('is refused at last where none starts, and at once where it is switched off', async () => {
    const never = volumesOn(refusing(99, 'Self-heal daemon is not running.')).heal('data', 'index');
    await expect(inTime(never)).rejects.toMatchObject({
      code: 'gluster_refused',
      params: {
        reason:
          'Launching heal operation to perform index self heal on volume data has been unsuccessful: Self-heal daemon is not running.',
      },
    });
    expect(orders).toBe(31);
    const off = refusing(99, 'Self-heal-daemon is disabled. Heal will not be triggered on volume data');
    orders = 0;
    await expect(volumesOn(off).heal('data', 'index')).rejects.toMatchObject({ code: 'gluster_refused' });
    expect(orders).toBe(1);
  });
});

describe('what is mounted at a path', () => {
  const TABLE = String.raw`/dev/sda1 / ext4 rw 0 0
pica01:/old /DATA fuse.glusterfs rw 0 0
pica01:/data /DATA fuse.glusterfs rw 0 0
pica01:/media /srv/my\040files fuse.glusterfs rw 0 0
`;
  it('is the last line of it, with blanks as they are', () => {
    expect(mountedAt(TABLE, '/DATA/')).toEqual({ source: 'pica01:/data', type: 'fuse.glusterfs' });
    expect(mountedAt(TABLE, '/srv/my files')).toEqual({ source: 'pica01:/media', type: 'fuse.glusterfs' });
    expect(mountedAt(TABLE, '/')).toEqual({ source: '/dev/sda1', type: 'ext4' });
    expect(mountedAt(TABLE, '/DAT')).toBeNull();
  });
});
