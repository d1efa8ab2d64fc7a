import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { connectProxmox, type ConnectedHypervisor } from '#adapters/proxmox/connect-proxmox.ts';
import { ALL_RIGHTS, type StandIn, startStandIn, STATUS, TOKEN, upid } from './stand-in.ts';

let server: StandIn;
let hypervisor: ConnectedHypervisor;

beforeAll(async () => {
  server = await startStandIn();
  hypervisor = connectProxmox({
    hosts: [{ kind: 'api', url: server.url, fingerprint: server.fingerprint, token: TOKEN }],
    timeoutMs: 5_000,
    clock: systemClock,
  });
});
afterEach(() => {
  server.reactions.clear();
  server.asked.length = 0;
});
afterAll(async () => {
  await hypervisor.close();
  await server.stop();
});

const answers = (call: string, data: unknown): void => void server.reactions.set(call, { data });
const fails = (call: string, status: number, words: string): void => void server.reactions.set(call, { status, words });
const paramsOf = (call: string): unknown => server.asked.findLast((one) => one.call === call)?.params;
const forbidden = (missing: string): object => ({ code: 'hypervisor_forbidden', params: { missing } });

describe('reading the cluster', () => {
  it('leaves figures out of a node that is offline', async () => {
    answers('GET /cluster/status', [STATUS[0], STATUS[1], { type: 'node', name: 'bob', online: 0 }]);
    const { name, nodes } = await hypervisor.cluster();
    expect(name).toBe('picasoft');
    expect(nodes).toEqual([
      { name: 'alice', online: true, uptimeMs: 86_400_000, memoryBytes: 34_359_738_368, memoryUsedBytes: 8_589_934_592 },
      { name: 'bob', online: false, uptimeMs: null, memoryBytes: null, memoryUsedBytes: null },
    ]);
  });
});

describe('reading guests', () => {
  it('has the agent, the digest and the disks of one', async () => {
    expect(await hypervisor.guest('pica01')).toEqual({
      vmid: 101,
      name: 'pica01',
      node: 'alice',
      kind: 'qemu',
      state: 'running',
      uptimeMs: 3_600_000,
      memoryBytes: 8_589_934_592,
      template: false,
      lock: null,
      agent: 'answers',
      digest: 'd1',
      disks: [{ key: 'scsi0', storage: 'local-lvm', bytes: 34_359_738_368 }],
    });
  });

  it.each([
    ['absent', { digest: 'd', agent: '0' }, undefined],
    ['absent', { digest: 'd' }, undefined],
    ['silent', { digest: 'd', agent: '1' }, { status: 500, words: 'QEMU guest agent is not running' }],
    ['silent', { digest: 'd', agent: 'type=virtio,enabled=1' }, { status: 403, words: 'Permission check failed (/vms/101, VM.Monitor)' }],
  ] as const)('calls an agent %s of %o', async (agent, config, reaction) => {
    answers('GET /nodes/alice/qemu/101/config', config);
    if (reaction !== undefined) server.reactions.set('GET /nodes/alice/qemu/101/agent/info', reaction);
    expect((await hypervisor.guest('101')).agent).toBe(agent);
  });

  it('does not ask the agent of one that is off', async () => {
    answers('GET /nodes/alice/qemu/101/status/current', { status: 'stopped', qmpstatus: 'stopped' });
    expect(await hypervisor.guest('pica01')).toMatchObject({ state: 'stopped', agent: 'silent', uptimeMs: null });
    expect(server.calls).not.toContain('GET /nodes/alice/qemu/101/agent/info');
  });

  it('believes what the node says now, not the list', async () => {
    answers('GET /nodes/alice/qemu/101/status/current', { status: 'running', qmpstatus: 'paused', lock: 'backup' });
    expect(await hypervisor.guest('pica01')).toMatchObject({ state: 'paused', lock: 'backup' });
  });

  it('knows containers, templates and guests of a node that is away', async () => {
    answers('GET /cluster/resources', [
      { vmid: 200, name: 'dns', node: 'bob', type: 'lxc', status: 'unknown', maxmem: '536870912' },
      { vmid: 9000, node: 'alice', type: 'qemu', status: 'stopped', template: 1, lock: 'clone' },
    ]);
    expect(await hypervisor.guests()).toEqual([
      {
        vmid: 200,
        name: 'dns',
        node: 'bob',
        kind: 'lxc',
        state: 'unknown',
        uptimeMs: null,
        memoryBytes: 536_870_912,
        template: false,
        lock: null,
      },
      {
        vmid: 9000,
        name: '9000',
        node: 'alice',
        kind: 'qemu',
        state: 'stopped',
        uptimeMs: null,
        memoryBytes: 0,
        template: true,
        lock: 'clone',
      },
    ]);
  });

  it('names the nearest, and the numbers of two that share a name', async () => {
    await expect(hypervisor.guest('pica1')).rejects.toMatchObject({ code: 'guest_unknown', params: { guest: 'pica1', nearest: 'pica01' } });
    const twin = (vmid: number): object => ({ vmid, name: 'web', node: 'alice', type: 'qemu', status: 'stopped' });
    answers('GET /cluster/resources', [twin(103), twin(104)]);
    await expect(hypervisor.guest('web')).rejects.toMatchObject({ code: 'guest_ambiguous', params: { vmids: [103, 104] } });
  });
});

describe('an empty list', () => {
  it.each([
    ['nothing may be seen', {}],
    ['a right lacks', { '/': { 'Sys.Audit': 1 } }],
    ['a right holds for single guests that are gone', { '/vms/101': { 'VM.Audit': 1 } }],
    ['a right holds on the root alone', { '/': { 'VM.Audit': 0 } }],
  ])('of guests is no answer when %s', async (_, rights) => {
    answers('GET /cluster/resources', []);
    answers('GET /access/permissions', rights);
    await expect(hypervisor.guests()).rejects.toMatchObject(forbidden('VM.Audit'));
    await expect(hypervisor.guest('pica01')).rejects.toMatchObject(forbidden('VM.Audit'));
  });

  it('of guests is one to who may see them', async () => {
    answers('GET /cluster/resources', []);
    expect(await hypervisor.guests()).toEqual([]);
    answers('GET /access/permissions', { '/vms': { 'VM.Audit': 1 } });
    expect(await hypervisor.guests()).toEqual([]);
  });

  it('of storages or backups is no answer without the rights', async () => {
    for (const node of ['alice', 'bob']) answers(`GET /nodes/${node}/storage`, []);
    answers('GET /access/permissions', { '/vms': { 'VM.Audit': 1 } });
    await expect(hypervisor.storages()).rejects.toMatchObject(forbidden('Datastore.Audit'));
    server.reactions.clear();
    answers('GET /nodes/alice/storage/local/content', []);
    answers('GET /access/permissions', { '/': { 'Datastore.Audit': 1 } });
    await expect(hypervisor.backups(null)).rejects.toMatchObject(forbidden('Datastore.AllocateSpace, VM.Backup'));
    await expect(hypervisor.deleteBackup('local:backup/vzdump-qemu-101-2026_11_28-03_00_00.vma.zst')).rejects.toMatchObject({
      code: 'hypervisor_forbidden',
    });
  });
});

describe('reading snapshots, storages and backups', () => {
  it('lists snapshots oldest first, without what runs now', async () => {
    expect(await hypervisor.snapshots(101)).toEqual([
      { name: 'first', description: '', takenAt: 1_700_000_100_000, parent: null, withMemory: false },
      { name: 'before', description: 'before the update', takenAt: 1_700_000_200_000, parent: 'first', withMemory: false },
    ]);
  });

  it('lists the storages of each node, with the folder of those that are one', async () => {
    const storages = await hypervisor.storages();
    expect(storages.map(({ node, name, path }) => [node, name, path])).toEqual([
      ['alice', 'local', '/var/lib/vz'],
      ['alice', 'local-lvm', null],
      ['bob', 'local', '/var/lib/vz'],
    ]);
    expect(storages[0]).toMatchObject({
      kind: 'dir',
      content: ['iso', 'backup'],
      sizeBytes: 200,
      usedBytes: 50,
      active: true,
      shared: false,
    });
  });

  it('lists the dataset of storages on ZFS, and of no others that have a pool', async () => {
    answers('GET /storage', [
      { storage: 'local', type: 'zfspool', pool: 'tank/data' },
      { storage: 'local-lvm', type: 'rbd', pool: 'ceph' },
    ]);
    const storages = await hypervisor.storages();
    expect(storages.slice(0, 2).map(({ name, pool }) => [name, pool])).toEqual([
      ['local', 'tank/data'],
      ['local-lvm', null],
    ]);
  });

  it('lists the replication of a guest as its own node has it, without what is switched off', async () => {
    answers('GET /nodes/alice/replication', [
      { id: '101-0', guest: '101', target: 'bob', type: 'local', last_sync: 1_764_552_000, fail_count: 0 },
      { id: '101-1', guest: 101, target: 'carol', last_sync: 0, fail_count: 2, error: 'no route', disable: 1 },
      { id: '101-2', guest: 101, target: 'dave', last_sync: 0, fail_count: 2, error: 'no route' },
      { id: '102-0', guest: 102, target: 'bob' },
    ]);
    expect(await hypervisor.replications(101)).toEqual([
      { id: '101-0', target: 'bob', syncedAt: 1_764_552_000_000, failures: 0, problem: null },
      { id: '101-2', target: 'dave', syncedAt: null, failures: 2, problem: 'no route' },
    ]);
    expect(paramsOf('GET /nodes/alice/replication')).toEqual({ guest: '101' });
  });

  it('has a replication run, whatever is answered to that', async () => {
    answers('POST /nodes/alice/replication/101-0/schedule_now', 'scheduled');
    await hypervisor.replicate(101, '101-0');
    expect(server.asked.map(({ call }) => call)).toContain('POST /nodes/alice/replication/101-0/schedule_now');
    fails('POST /nodes/alice/replication/101-0/schedule_now', 403, 'Permission check failed (/vms/101, VM.Replicate)');
    await expect(hypervisor.replicate(101, '101-0')).rejects.toMatchObject({ code: 'hypervisor_forbidden' });
  });

  it('lists backups oldest first, and finds their guest in the name', async () => {
    expect((await hypervisor.backups(101)).files).toEqual([
      {
        id: 'local:backup/vzdump-qemu-101-2026_11_27-03_00_00.vma.zst',
        storage: 'local',
        node: 'alice',
        vmid: 101,
        takenAt: 1_795_748_400_000,
        bytes: 6_900,
        notes: '',
        protected: true,
      },
      expect.objectContaining({ takenAt: 1_795_834_800_000, notes: 'vigie p7k', protected: false }),
    ]);
    expect(paramsOf('GET /nodes/alice/storage/local/content')).toEqual({ content: 'backup', vmid: '101' });
  });

  it('asks a storage that all nodes share only once', async () => {
    const shared = [{ storage: 'nfs', type: 'nfs', content: 'backup', active: 1, shared: 1 }];
    for (const node of ['alice', 'bob']) answers(`GET /nodes/${node}/storage`, shared);
    answers('GET /nodes/alice/storage/nfs/content', [{ volid: 'nfs:backup/vzdump-lxc-200-2026_11_28-03_00_00.tar.zst', ctime: 1 }]);
    expect((await hypervisor.backups(null)).files.map(({ vmid, node }) => [vmid, node])).toEqual([[200, 'alice']]);
  });
});

describe('a part of the cluster that does not answer', () => {
  it('leaves the storages of other nodes known, and its own as the configuration has them, unknown', async () => {
    fails('GET /nodes/bob/storage', 596, 'Broken pipe');
    const storages = await hypervisor.storages();
    expect(storages.filter(({ node }) => node === 'alice').map(({ unknown, active }) => [unknown, active])).toEqual([
      [null, true],
      [null, true],
    ]);
    const silent = storages.filter(({ node }) => node === 'bob');
    expect(silent.map(({ name }) => name)).toContain('local');
    expect(silent.every(({ unknown, active }) => unknown?.includes('596') === true && !active)).toBe(true);
  });

  it('leaves the backups of other storages known', async () => {
    fails('GET /nodes/bob/storage/local/content', 500, 'storage is not online');
    const { files, unknown } = await hypervisor.backups(101);
    expect(files).toHaveLength(2);
    expect(unknown).toEqual([{ node: 'bob', name: 'local', reason: expect.stringContaining('not online') }]);
  });

  it('isn’t taken for an empty one: what nobody can see isn’t gone', async () => {
    fails('GET /nodes/alice/storage/local/content', 500, 'storage is not online');
    await expect(hypervisor.deleteBackup('local:backup/vzdump-qemu-101-2026_11_27-03_00_00.vma.zst')).rejects.toMatchObject({
      code: 'storage_unknown',
      params: { storage: 'local', node: 'alice' },
    });
  });
});

describe('tasks', () => {
  it.each([
    [{ status: 'running' }, { state: 'running' }],
    [{ status: 'stopped', exitstatus: 'OK' }, { state: 'ok' }],
    [
      { status: 'stopped', exitstatus: 'WARNINGS: 2' },
      { state: 'warnings', count: 2 },
    ],
    [
      { status: 'stopped', exitstatus: 'VM quit/powerdown failed - got timeout' },
      { state: 'failed', reason: 'VM quit/powerdown failed - got timeout' },
    ],
    [{ status: 'stopped' }, { state: 'failed', reason: 'unexpected status' }],
  ])('end as %o', async (status, end) => {
    const id = upid('qmshutdown');
    answers(`GET /nodes/alice/tasks/${id}/status`, status);
    expect(await hypervisor.task(id)).toEqual({ id, node: 'alice', kind: 'qmshutdown', vmid: 101, startedAt: 0x6a000000 * 1000, end });
  });

  it('are unknown by what is no UPID', async () => {
    for (const id of ['', 'UPID', 'UPID:alice:1:2:3:vzdump:101:x:', '../../access/users'])
      await expect(hypervisor.task(id)).rejects.toMatchObject({ code: 'task_unknown', params: { task: id } });
    expect(server.asked).toEqual([]);
  });

  it('show the newest lines of a long log', async () => {
    const id = upid('vzdump');
    const lines = Array.from({ length: 2_345 }, (_, index) => ({ n: index + 1, t: `line ${index + 1}` }));
    server.reactions.set(`GET /nodes/alice/tasks/${id}/log`, (response, { params }) => {
      const [start, limit] = [Number(params['start']), Number(params['limit'])];
      response.end(JSON.stringify({ data: lines.slice(start, start + limit), total: lines.length }));
    });
    expect(await hypervisor.taskLog(id, 2)).toEqual(['line 2344', 'line 2345']);
    answers(`GET /nodes/alice/tasks/${id}/log`, [{ n: 1, t: 'no content' }]);
    expect(await hypervisor.taskLog(id, 10)).toEqual([]);
  });

  it('of a guest are found on all nodes, newest first', async () => {
    const [old, first, second, other, running] = [
      upid('qmstart', 101, 'alice', 0x6a000000),
      upid('qmsnapshot', 101, 'alice', 0x6a000010),
      upid('qmigrate', 101, 'bob', 0x6a000020),
      upid('vzdump', 102, 'bob', 0x6a000030),
      upid('imgdel', '101@local', 'bob', 0x6a000040),
    ];
    answers('GET /nodes/alice/tasks', [
      { upid: first, status: 'OK' },
      { upid: old, status: 'OK' },
    ]);
    answers('GET /nodes/bob/tasks', [{ upid: other, status: 'OK' }, { upid: second, status: 'migration aborted' }, { upid: running }]);
    const found = await hypervisor.tasks(101, 0x6a000010 * 1000 + 700);
    expect(found.map(({ id, end }) => [id, end.state])).toEqual([
      [running, 'running'],
      [second, 'failed'],
      [first, 'ok'],
    ]);
    expect(paramsOf('GET /nodes/bob/tasks')).toMatchObject({ source: 'all', vmid: '101', since: String(0x6a000010) });
  });

  it('of a guest whose node is away are not none', async () => {
    answers('GET /cluster/status', [STATUS[0], { type: 'node', name: 'alice', online: 0 }, STATUS[2]]);
    answers('GET /nodes/bob/tasks', []);
    await expect(hypervisor.tasks(101, 0)).rejects.toMatchObject({ code: 'node_offline', params: { node: 'alice' } });
  });

  it('are stopped by their own node', async () => {
    const id = upid('vzdump', 102, 'bob');
    answers(`DELETE /nodes/bob/tasks/${id}`, null);
    await hypervisor.stopTask(id);
    expect(server.calls).toEqual(['GET /cluster/status', `DELETE /nodes/bob/tasks/${id}`]);
  });
});

describe('starting tasks', () => {
  const QEMU = '/nodes/alice/qemu/101';
  const LXC = '/nodes/bob/lxc/200';
  const asContainer = (): void => {
    answers('GET /cluster/resources', [{ vmid: 200, name: 'dns', node: 'bob', type: 'lxc', status: 'running' }]);
    answers(`GET ${LXC}/status/current`, { status: 'running' });
    answers(`GET ${LXC}/snapshot`, []);
  };

  it('takes a snapshot without memory', async () => {
    expect(await hypervisor.snapshot(101, 'vigie-20261128-0300', 'by alice')).toBe(upid('qmsnapshot'));
    expect(paramsOf(`POST ${QEMU}/snapshot`)).toEqual({ snapname: 'vigie-20261128-0300', description: 'by alice', vmstate: '0' });
  });

  it('takes one of a container, which has no memory to leave out', async () => {
    asContainer();
    answers(`POST ${LXC}/snapshot`, upid('vzsnapshot', 200, 'bob'));
    await hypervisor.snapshot(200, 'one', '');
    expect(paramsOf(`POST ${LXC}/snapshot`)).toEqual({ snapname: 'one', description: '' });
  });

  it('knows the snapshots before Proxmox does', async () => {
    await expect(hypervisor.snapshot(101, 'before', '')).rejects.toMatchObject({ code: 'snapshot_exists' });
    for (const call of [() => hypervisor.revert(101, 'befor'), () => hypervisor.deleteSnapshot(101, 'befor')])
      await expect(call()).rejects.toMatchObject({
        code: 'snapshot_unknown',
        params: { guest: 'pica01', snapshot: 'befor', nearest: 'before' },
      });
    await expect(hypervisor.start(999)).rejects.toMatchObject({ code: 'guest_unknown' });
    expect(server.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
  });

  it('reverts, deletes, starts and stops', async () => {
    for (const call of [`POST ${QEMU}/snapshot/before/rollback`, `DELETE ${QEMU}/snapshot/before`, `POST ${QEMU}/status/start`])
      answers(call, upid('qmany'));
    for (const call of [`POST ${QEMU}/status/stop`, `POST ${QEMU}/status/shutdown`, `POST ${QEMU}/status/reboot`])
      answers(call, upid('qmany'));
    const calls = [
      await hypervisor.revert(101, 'before'),
      await hypervisor.deleteSnapshot(101, 'before'),
      await hypervisor.start(101),
      await hypervisor.stop(101),
      await hypervisor.shutdown(101, 90_500),
      await hypervisor.reboot(101, 30_000),
    ];
    expect(calls).toEqual(calls.map(() => upid('qmany')));
    expect(paramsOf(`POST ${QEMU}/status/shutdown`)).toEqual({ timeout: '91', forceStop: '0' });
    expect(paramsOf(`POST ${QEMU}/status/reboot`)).toEqual({ timeout: '30' });
  });

  it('leaves a guest alone that Proxmox is busy with, but wakes one that sleeps', async () => {
    answers(`GET ${QEMU}/status/current`, { status: 'running', lock: 'backup' });
    for (const call of [() => hypervisor.stop(101), () => hypervisor.backup(101, 'local', ''), () => hypervisor.revert(101, 'before')])
      await expect(call()).rejects.toMatchObject({ code: 'guest_busy', params: { guest: 'pica01', lock: 'backup' } });
    answers(`GET ${QEMU}/status/current`, { status: 'stopped', lock: 'suspended' });
    answers(`POST ${QEMU}/status/start`, upid('qmstart'));
    expect(await hypervisor.start(101)).toBe(upid('qmstart'));
    await expect(hypervisor.snapshot(101, 'one', '')).rejects.toMatchObject({ code: 'guest_busy' });
  });

  it('moves a VM live with its disks, and a container by restarting it', async () => {
    answers(`POST ${QEMU}/migrate`, upid('qmigrate'));
    await hypervisor.migrate(101, 'bob');
    expect(paramsOf(`POST ${QEMU}/migrate`)).toEqual({ target: 'bob', online: '1', 'with-local-disks': '1' });
    answers(`GET ${QEMU}/status/current`, { status: 'stopped' });
    await hypervisor.migrate(101, 'bob');
    expect(paramsOf(`POST ${QEMU}/migrate`)).toEqual({ target: 'bob' });
    asContainer();
    answers(`POST ${LXC}/migrate`, upid('vzmigrate', 200, 'bob'));
    await hypervisor.migrate(200, 'alice');
    expect(paramsOf(`POST ${LXC}/migrate`)).toEqual({ target: 'alice', restart: '1' });
  });

  it('moves nothing to a node that is away or unheard of', async () => {
    answers('GET /cluster/status', [STATUS[0], STATUS[1], { type: 'node', name: 'bob', online: 0 }]);
    await expect(hypervisor.migrate(101, 'bob')).rejects.toMatchObject({ code: 'node_offline', params: { node: 'bob' } });
    await expect(hypervisor.migrate(101, 'bobb')).rejects.toMatchObject({ code: 'node_unknown', params: { nearest: 'bob' } });
  });

  it('backs up without removing anything, with notes of one line', async () => {
    expect(await hypervisor.backup(101, 'local', 'vigie {{node}} a\\b\nc')).toBe(upid('vzdump'));
    expect(paramsOf('POST /nodes/alice/vzdump')).toEqual({
      vmid: '101',
      storage: 'local',
      mode: 'snapshot',
      compress: 'zstd',
      remove: '0',
      'notes-template': 'vigie { {node}} a\\\\b\\nc',
    });
  });

  it('deletes a backup where it is, and nothing that is gone', async () => {
    const id = 'local:backup/vzdump-qemu-101-2026_11_27-03_00_00.vma.zst';
    const call = `DELETE /nodes/alice/storage/local/content/${id}`;
    answers(call, upid('imgdel', '101@local'));
    expect(await hypervisor.deleteBackup(id)).toBe(upid('imgdel', '101@local'));
    expect(await hypervisor.deleteBackup(id.replace('27', '26'))).toBeNull();
    expect(server.calls.filter((each) => each.startsWith('DELETE'))).toEqual([call]);
  });
});

describe('restoring', () => {
  const id = 'local:backup/vzdump-qemu-101-2026_11_27-03_00_00.vma.zst';
  const saved = [
    '#a note: of somebody',
    'memory: 8192',
    'name: pica01',
    'net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1',
    'net1: model=e1000,macaddr=BC:24:11:00:00:02,bridge=vmbr1,link_down=1',
    'onboot: 1',
    'scsi0: local-lvm:vm-101-disk-0,size=32G',
    'scsi1: local-lvm:vm-101-disk-1,backup=0,size=500G',
    'hostpci0: 0000:01:00.0',
    'ide2: local:iso/debian.iso,media=cdrom,size=600M',
    '#qmdump#map:scsi0:drive-scsi0:local-lvm:raw:',
    '[before]',
    'name: another',
    '',
  ].join('\n');
  const order = { backup: { id, node: 'alice' }, node: 'alice', vmid: 105, name: 'pica01-restored', notes: 'vigie p7k' } as const;

  it('reads what the backup holds, without its snapshots and what it leaves out', async () => {
    answers('GET /nodes/alice/vzdump/extractconfig', saved);
    expect(await hypervisor.setupIn({ id, node: 'alice' })).toEqual({
      name: 'pica01',
      notes: '',
      memoryBytes: 8_589_934_592,
      disks: [{ key: 'scsi0', storage: 'local-lvm', bytes: 34_359_738_368 }],
      omitted: ['scsi1'],
      cards: [
        { key: 'net0', linked: true },
        { key: 'net1', linked: false },
      ],
      onBoot: true,
      devices: ['hostpci0'],
      cds: [{ key: 'ide2', storage: 'local' }],
    });
    expect(paramsOf('GET /nodes/alice/vzdump/extractconfig')).toEqual({ volume: id });
  });

  it('takes every cable out from the first moment on; a guest beside another one gets addresses of its own', async () => {
    answers('GET /nodes/alice/vzdump/extractconfig', saved);
    answers('POST /nodes/alice/qemu', upid('qmrestore', '105'));
    expect(await hypervisor.restore({ ...order, unique: true })).toBe(upid('qmrestore', '105'));
    const common = { vmid: '105', archive: id, name: 'pica01-restored', description: 'vigie p7k', onboot: '0' };
    expect(paramsOf('POST /nodes/alice/qemu')).toEqual({
      ...common,
      unique: '1',
      net0: 'virtio,bridge=vmbr0,firewall=1,link_down=1',
      net1: 'model=e1000,bridge=vmbr1,link_down=1',
    });
    await hypervisor.restore({ ...order, unique: false });
    expect(paramsOf('POST /nodes/alice/qemu')).toEqual({
      ...common,
      net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,link_down=1',
      net1: 'model=e1000,macaddr=BC:24:11:00:00:02,bridge=vmbr1,link_down=1',
    });
  });

  it('never asks Proxmox to restore over anything', async () => {
    answers('GET /nodes/alice/vzdump/extractconfig', saved);
    fails('POST /nodes/alice/qemu', 500, "unable to restore VM 105 - VM 105 already exists on node 'bob'");
    await expect(hypervisor.restore({ ...order, unique: true })).rejects.toMatchObject({
      code: 'guest_number_taken',
      params: { vmid: 105 },
    });
    expect(paramsOf('POST /nodes/alice/qemu')).not.toHaveProperty('force');
    const gone = { id: id.replace('27', '26'), node: 'alice' };
    await expect(hypervisor.restore({ ...order, backup: gone, unique: true })).rejects.toMatchObject({ code: 'guest_backup_gone' });
  });

  it('removes no guest that runs', async () => {
    await expect(hypervisor.destroy(101)).rejects.toMatchObject({ code: 'guest_runs' });
    answers('GET /nodes/alice/qemu/101/status/current', { status: 'stopped' });
    answers('DELETE /nodes/alice/qemu/101', upid('qmdestroy'));
    expect(await hypervisor.destroy(101)).toBe(upid('qmdestroy'));
    expect(paramsOf('DELETE /nodes/alice/qemu/101')).toEqual({});
  });
});

describe('looking at each host', () => {
  it('tells its version', async () => {
    expect(await hypervisor.examine()).toEqual([{ host: server.url.slice('https://'.length), version: '8.2.4', problem: null }]);
  });

  it('tells what is the matter with it', async () => {
    server.reactions.set('GET /version', { status: 401, words: 'authentication failure' });
    expect(await hypervisor.examine()).toMatchObject([{ version: null, problem: { code: 'hypervisor_refused' } }]);
  });

  it('names the rights that lack, and those that hold for some guests only', async () => {
    expect(await hypervisor.privileges()).toEqual({ missing: [], narrow: [], agents: true, screens: true, restoring: [] });
    const {
      'VM.Backup': _backup,
      'VM.GuestAgent.Audit': _agent,
      'VM.Migrate': _migrate,
      'VM.Console': _screens,
      'SDN.Use': _sdn,
      ...held
    } = ALL_RIGHTS['/'];
    answers('GET /access/permissions', { '/': held, '/vms/101': { 'VM.Migrate': 1 } });
    expect(await hypervisor.privileges()).toEqual({
      missing: ['VM.Backup'],
      narrow: ['VM.Migrate'],
      agents: false,
      screens: false,
      restoring: ['SDN.Use'],
    });
    answers('GET /access/permissions', {});
    expect((await hypervisor.privileges()).missing).toHaveLength(9);
  });
});
