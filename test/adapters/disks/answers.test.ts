import { describe, expect, it } from 'vitest';
import { createDisks } from '#adapters/disks/create-disks.ts';
import type { CommandResult } from '#ports/remote.ts';
import { diskLines, NVME, SATA, whole } from './recorded.ts';
import { remoteThat } from './remote-that.ts';

const ok = (stdout: string, code = 0): CommandResult => ({ code, stdout, stderr: '' });
const failed = (stderr: string, code = 1): CommandResult => ({ code, stdout: '', stderr });
/** Neither well nor ill. */
const MUTE = { smart: false, signs: [] };
const ALL = `${diskLines('sda', 'ata1', 'WD-LAB0001')}${diskLines('sdb', 'ata2', 'WD-LAB0000')}`;
const ARRAY = (more: Readonly<Record<string, string>> = {}): string =>
  Object.entries({
    level: 'raid1',
    array_state: 'clean',
    sync_action: 'idle',
    sync_completed: 'none',
    sync_speed: 'none',
    mismatch_cnt: '0',
    ...more,
  })
    .map(([key, value]) => `array\tmd0\t${key}\t${value}\n`)
    .join('');
const MEMBERS = 'member\tmd0\tsda1\tsda\nmember\tmd0\tsdb\tsdb\n';

interface Answers {
  readonly kernel?: string;
  readonly mdadm?: CommandResult;
  readonly smartctl?: (device: string) => CommandResult;
}

/** A machine that answers so, asked as an account that is not root. */
function machine({ kernel = '', mdadm = ok(whole('sda1')), smartctl = () => ok(JSON.stringify(SATA)) }: Answers) {
  const remote = remoteThat((command) => {
    if (command.includes('sh')) return ok(`tool\tmdadm\t-\t-\ntool\tsmartctl\t-\t-\n${kernel}`);
    return command.includes('mdadm') ? mdadm : smartctl(command.at(-1) ?? '');
  });
  return { remote, disks: createDisks([{ name: 'alice', aliases: ['alice.lab'], remote, sudo: true }]) };
}

const first = async (answers: Answers) => (await machine(answers).disks.arrays('alice'))[0];
const smart = async (json: object, code = 0) =>
  (
    await machine({ kernel: diskLines('sda', 'ata1', 'WD-LAB0001'), smartctl: () => ok(JSON.stringify(json), code) }).disks.disks('alice')
  )?.[0];

describe('mdadm and the kernel', () => {
  it('name disks by their serial numbers, through the partition that an array is made of', async () => {
    expect(await first({ kernel: `${ALL}${ARRAY()}${MEMBERS}` })).toEqual({
      name: 'md0',
      level: 'raid1',
      sizeBytes: 97_280 * 1_024,
      state: 'whole',
      action: 'idle',
      done: null,
      leftMs: null,
      mismatches: 0,
      members: [
        { slot: 0, state: 'active', serial: 'WD-LAB0001', port: 'ata1' },
        { slot: 1, state: 'active', serial: 'WD-LAB0000', port: 'ata2' },
      ],
    });
  });

  it('ask as root no more than an account needs for it', async () => {
    const { remote, disks } = machine({ kernel: `${ALL}${ARRAY()}${MEMBERS}` });
    await disks.arrays('alice.lab');
    await disks.disks('alice');
    expect(remote.commands.filter((command) => command.includes('sudo')).map((command) => command.slice(2).join(' '))).toEqual([
      'sudo -n mdadm --detail --test /dev/md0',
      'sudo -n smartctl --json=c -n standby -a /dev/sda',
      'sudo -n smartctl --json=c -n standby -a /dev/sdb',
    ]);
  });

  it('know of a disk that was pulled out while the kernel counts none', async () => {
    const text = whole('sda1').replace('clean', 'clean, degraded').replace('/dev/sdb', 'missing');
    const array = await first({ kernel: `${ALL}${ARRAY()}${MEMBERS}`, mdadm: ok(text, 1) });
    expect(array?.state).toBe('degraded');
    expect(array?.members[1]).toEqual({ slot: 1, state: 'missing', serial: null, port: null });
  });

  it('tell the place that is empty from the disk that was put out, and leave out one that is gone', async () => {
    const rows = (failedOne: string): string =>
      whole('sda1').replace(
        /^ +1 +8 +16.*$/mu,
        `       -       0        0        1      removed\n\n       1       8       16        -      faulty   ${failedOne}`,
      );
    const at = { kernel: `${ALL}${ARRAY({ sync_action: 'idle' })}${MEMBERS}` };
    expect((await first({ ...at, mdadm: ok(rows('/dev/sdb'), 1) }))?.members.slice(1)).toEqual([
      { slot: 1, state: 'missing', serial: null, port: null },
      { slot: null, state: 'faulty', serial: 'WD-LAB0000', port: 'ata2' },
    ]);
    expect((await first({ ...at, mdadm: ok(rows('missing'), 1) }))?.members).toHaveLength(2);
    expect((await first({ ...at, mdadm: ok(rows('missing'), 1) }))?.state).toBe('degraded');
  });

  it.each([
    ['0 / 194560', '2227', 0.1, 39_314],
    ['97280 / 194560', '1000', 0.5, 48_640],
    ['delayed', 'none', 0.1, null],
    ['none', '0', 0.1, null],
  ])('say how long a rebuild takes: %s at %s', async (completed, speed, done, leftMs) => {
    const text = whole('sda1')
      .replace('clean', 'clean, degraded, recovering')
      .replace('Consistency Policy', '    Rebuild Status : 10% complete\n\nConsistency Policy')
      .replace(/active sync {3}\/dev\/sdb/u, 'spare rebuilding   /dev/sdb');
    const kernel = `${ALL}${ARRAY({ sync_action: 'recover', sync_completed: completed, sync_speed: speed })}${MEMBERS}`;
    const array = await first({ kernel, mdadm: ok(text, 1) });
    expect(array).toMatchObject({ state: 'degraded', action: 'recover', done, leftMs });
    expect(array?.members[1]).toMatchObject({ state: 'rebuilding', serial: 'WD-LAB0000' });
  });

  it.each([
    ['clean, FAILED', {}, 'failed'],
    ['inactive', { array_state: 'inactive' }, 'inactive'],
    ['clean, degraded', {}, 'degraded'],
    ['active', { array_state: 'active' }, 'whole'],
  ])('read %s', async (words, values, state) => {
    const text = whole('sda1').replace(/State : clean/u, `State : ${words}`);
    expect((await first({ kernel: `${ALL}${ARRAY(values)}${MEMBERS}`, mdadm: ok(text) }))?.state).toBe(state);
  });

  it('count where disks contradict each other', async () => {
    expect((await first({ kernel: `${ALL}${ARRAY({ mismatch_cnt: '128' })}${MEMBERS}` }))?.mismatches).toBe(128);
  });

  it('are none on a machine without arrays, where nobody is asked as root', async () => {
    const { remote, disks } = machine({ kernel: ALL, mdadm: failed('sudo: mdadm: command not found') });
    expect(await disks.arrays('alice')).toEqual([]);
    expect(remote.commands).toHaveLength(1);
  });

  it.each([
    ['sudo: a password is required', 'disks_forbidden'],
    ['sudo: unable to resolve host alice: Name or service not known\nsudo: a password is required', 'disks_forbidden'],
    ['Sorry, user vigie is not allowed to execute that as root on alice.', 'disks_forbidden'],
    ['sudo: mdadm: command not found', 'disks_refused'],
    ['mdadm: cannot open /dev/md0: No such file or directory', 'disks_refused'],
  ])('that do not answer are an error: %s', async (stderr, code) => {
    await expect(first({ kernel: `${ALL}${ARRAY()}`, mdadm: failed(stderr) })).rejects.toMatchObject({ code });
  });

  it('say which line of sudoers is missing', async () => {
    await expect(first({ kernel: ARRAY(), mdadm: failed('sudo: a password is required') })).rejects.toMatchObject({
      params: {
        host: 'alice',
        command: 'mdadm',
        sudoers: [
          'vigie ALL=(root) NOPASSWD: /usr/sbin/mdadm ^--(detail --test|action=check) /dev/md[0-9a-z_]+$',
          '/usr/sbin/mdadm ^/dev/md[0-9a-z_]+ --(fail detached --remove detached|remove /dev/[0-9a-z]+|add /dev/[0-9a-z]+)$',
          '/usr/sbin/smartctl ^--json=c -n standby -a /dev/[0-9a-z]+$',
          '/usr/sbin/blkid ^-p -o export /dev/[0-9a-z]+$',
        ].join(', '),
      },
    });
  });
});

describe('smartctl', () => {
  it('tells of a disk that is well', async () => {
    expect(await smart(SATA)).toEqual({
      serial: 'WD-LAB0001',
      port: 'ata1',
      model: 'WDC WD20EFRX-LAB',
      sizeBytes: 100_663_296,
      spins: true,
      smart: true,
      celsius: 31,
      hours: 1,
      worn: null,
      signs: [],
    });
  });

  it.each([
    ['its verdict', { smart_status: { passed: false } }, [{ kind: 'failing' }]],
    ['its last test', { ata_smart_data: { self_test: { status: { passed: false } } } }, [{ kind: 'self-test' }]],
    ['a limit', table({ id: 3, name: 'Spin_Up_Time', when_failed: 'now', raw: 16 }), [{ kind: 'limit', name: 'Spin_Up_Time' }]],
    ['a limit of the past', table({ id: 190, name: 'Airflow_Temperature_Cel', when_failed: 'past', raw: 16 }), []],
    ['sectors that wait', table({ id: 197, name: 'Current_Pending_Sector', raw: 8 }), [{ kind: 'unreadable', count: 8 }]],
    ['sectors that were replaced', table({ id: 5, name: 'Reallocated_Sector_Ct', raw: 3 }), [{ kind: 'replaced', count: 3 }]],
    ['errors', table({ id: 187, name: 'Reported_Uncorrect', raw: 2 }), [{ kind: 'errors', count: 2 }]],
  ])('predicts by %s', async (_name, change, signs) => {
    expect((await smart({ ...SATA, ...change }, 64 + 8))?.signs).toEqual(signs);
  });

  it.each([
    ['failing', { smart_status: { passed: false, nvme: { value: 4 } } }, [{ kind: 'failing' }]],
    ['spare', health({ available_spare: 4, available_spare_threshold: 10 }), [{ kind: 'spare' }]],
    ['errors', health({ media_errors: 7 }), [{ kind: 'errors', count: 7 }]],
  ])('predicts for NVMe: %s', async (_name, change, signs) => {
    expect((await smart({ ...NVME, ...change }, 8))?.signs).toEqual(signs);
  });

  it.each([
    [health({ percentage_used: 103 }), 1.03],
    [{ ...health({}), endurance_used: { current_percent: 12 } }, 0.12],
    [{ nvme_smart_health_information_log: undefined, ...table({ id: 177, name: 'Wear_Leveling_Count', raw: 812, value: 4 }) }, 0.96],
    [{ nvme_smart_health_information_log: undefined }, null],
  ])('says how worn a disk is that does not spin', async (change, worn) => {
    const kernel = diskLines('nvme0n1', '0000:01:00.0', 'SSD-LAB0000', false);
    const { disks } = machine({ kernel, smartctl: () => ok(JSON.stringify({ ...NVME, ...change })) });
    expect((await disks.disks('alice'))?.[0]).toMatchObject({ spins: false, worn });
  });

  it.each([
    ['a disk that is there and dead', 2, 'Read Device Identity failed: Input/output error', { smart: true, signs: [{ kind: 'silent' }] }],
    ['one that sleeps', 2, 'Device is in STANDBY mode, exit(2)', MUTE],
    ['one behind a controller', 2, "DELL or MegaRaid controller, please try adding '-d megaraid,N'", MUTE],
    ['one of USB', 1, '/dev/sda: Unknown USB bridge', MUTE],
  ])('is not taken at its exit code: %s', async (_name, bits, string, expected) => {
    const json = { smartctl: { exit_status: bits, messages: [{ string, severity: 'error' }] } };
    expect(await smart(json, bits)).toMatchObject({ serial: 'WD-LAB0001', ...expected });
  });

  it('is not asked about virtual disks, nor about what is no disk', async () => {
    const kernel = `${diskLines('vda', null, '')}${diskLines('sr0', 'ata3', 'QM00003')}${diskLines('nvme0c0n1', null, 'X')}`;
    const { remote, disks } = machine({ kernel });
    expect(await disks.disks('alice')).toMatchObject([{ serial: null, port: null, smart: false, signs: [] }]);
    expect(remote.commands).toHaveLength(1);
  });

  it('that is not installed is no error', async () => {
    const remote = remoteThat(() => ok(diskLines('sda', 'ata1', 'WD-LAB0001')));
    expect(await createDisks([{ name: 'alice', aliases: [], remote, sudo: false }]).disks('alice')).toBeNull();
  });

  it.each([
    [failed('sudo: a password is required'), 'disks_forbidden'],
    [failed('segmentation fault', 139), 'disks_refused'],
    [ok('{"smartctl":'), 'disks_refused'],
  ])('that gives no answer is one', async (result, code) => {
    const { disks } = machine({ kernel: ALL, smartctl: () => result });
    await expect(disks.disks('alice')).rejects.toMatchObject({ code });
  });
});

interface Row {
  readonly id: number;
  readonly name: string;
  readonly raw: number;
  readonly value?: number;
  readonly when_failed?: string;
}

function table({ raw, ...row }: Row): object {
  return { ata_smart_attributes: { table: [{ value: 100, when_failed: '', ...row, raw: { value: raw } }] } };
}

function health(change: object): object {
  return { nvme_smart_health_information_log: { ...NVME.nvme_smart_health_information_log, ...change } };
}
