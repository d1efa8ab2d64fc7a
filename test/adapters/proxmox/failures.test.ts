import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { connectProxmox, type ConnectedHypervisor } from '#adapters/proxmox/connect-proxmox.ts';
import { type StandIn, startStandIn, TOKEN, upid } from './stand-in.ts';

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
afterEach(() => server.reactions.clear());
afterAll(async () => {
  await hypervisor.close();
  await server.stop();
});

const guest = 'pica01';
const unreachable = { code: 'hypervisor_unreachable' };

/** What a Proxmox said to a request, in its status line. */
const SAID: readonly (readonly [status: number, words: string, error: { code: string; params?: object }])[] = [
  [500, 'cluster not ready - no quorum?', { code: 'hypervisor_no_quorum', params: {} }],
  [500, 'VM is locked (backup)', { code: 'guest_busy', params: { guest, lock: 'backup' } }],
  [500, 'CT is locked (snapshot-delete)', { code: 'guest_busy', params: { guest, lock: 'snapshot-delete' } }],
  [500, 'VM 101 is locked (migrate)', { code: 'guest_busy', params: { guest, lock: 'migrate' } }],
  [500, "can't lock file '/var/lock/qemu-server/lock-101.conf' - got timeout", { code: 'guest_busy', params: { guest, lock: 'config' } }],
  [500, "can't lock file '/run/lock/lxc/pve-config-101.lock' - got timeout", { code: 'guest_busy', params: { guest, lock: 'config' } }],
  [500, "snapshot name 'before' already used", { code: 'snapshot_exists', params: { guest, snapshot: 'before' } }],
  [500, "snapshot 'x1' does not exist", { code: 'snapshot_unknown', params: { guest, snapshot: 'x1', nearest: null } }],
  [
    500,
    "Configuration file 'nodes/alice/qemu-server/101.conf' does not exist",
    { code: 'guest_unknown', params: { guest, nearest: null } },
  ],
  [500, 'VM 101 does not exist', { code: 'guest_unknown', params: { guest, nearest: null } }],
  [500, "no such VM ('101')", { code: 'guest_unknown', params: { guest, nearest: null } }],
  [500, 'unable to find configuration file for VM 101 - no such machine', { code: 'guest_unknown', params: { guest, nearest: null } }],
  [500, "no such cluster node 'carol'", { code: 'node_unknown', params: { node: 'carol', nearest: null } }],
  [
    500,
    "hostname lookup 'carol' failed - failed to get address info for: carol: Name or service not known",
    { code: 'node_unknown', params: { node: 'carol', nearest: null } },
  ],
  [500, "target node 'bob' is offline", { code: 'node_offline', params: { node: 'bob' } }],
  [
    500,
    'ssh: connect to host 10.0.0.2 port 22: No route to host proxy handler failed',
    { code: 'node_offline', params: { node: 'alice' } },
  ],
  [595, 'No route to host', { code: 'node_offline', params: { node: 'alice' } }],
  [595, 'Connection refused', { code: 'node_offline', params: { node: 'alice' } }],
  [596, 'Connection timed out', unreachable],
  [597, 'Broken pipe', unreachable],
  [599, 'Too many redirections', unreachable],
  [502, 'Bad Gateway', unreachable],
  [503, 'Service Unavailable', unreachable],
  [504, 'Gateway Time-out', unreachable],
  [401, 'authentication failure', { code: 'hypervisor_refused', params: { status: 401, reason: 'authentication failure' } }],
  [401, 'no such token', { code: 'hypervisor_refused', params: { status: 401, reason: 'no such token' } }],
  [403, 'Permission check failed (/vms/101, VM.Snapshot)', { code: 'hypervisor_forbidden', params: { missing: 'VM.Snapshot (/vms/101)' } }],
  [
    403,
    'Permission check failed (/vms/101, VM.GuestAgent.Audit|VM.GuestAgent.Unrestricted)',
    { code: 'hypervisor_forbidden', params: { missing: 'VM.GuestAgent.Audit, VM.GuestAgent.Unrestricted (/vms/101)' } },
  ],
  [403, 'Permission check failed', { code: 'hypervisor_forbidden', params: { missing: 'Permission check failed' } }],
  [400, 'Parameter verification failed.', { code: 'hypervisor_refused', params: { status: 400 } }],
  [500, "storage 'nfs' does not exist", { code: 'hypervisor_refused', params: { status: 500, reason: "storage 'nfs' does not exist" } }],
  [500, 'snapshot feature is not available', { code: 'hypervisor_refused' }],
  [500, 'got no worker upid - start worker failed', { code: 'hypervisor_refused' }],
  [501, "Method 'POST /nodes/alice/qemu/101/snapshot' not implemented", { code: 'hypervisor_refused', params: { status: 501 } }],
];

describe('what Proxmox says instead of a task', () => {
  it.each(SAID)('%i %s', async (status, words, error) => {
    server.reactions.set('POST /nodes/alice/qemu/101/snapshot', { status, words });
    await expect(hypervisor.snapshot(101, 'one', '')).rejects.toMatchObject({ name: 'VigieError', ...error });
  });

  it('is read from the body too, with a line for each parameter', async () => {
    const body = { data: null, message: 'Parameter verification failed.\n', errors: { snapname: 'invalid format - bad name' } };
    server.reactions.set('POST /nodes/alice/qemu/101/snapshot', { status: 400, words: 'Parameter verification failed.', body });
    await expect(hypervisor.snapshot(101, 'one', '')).rejects.toMatchObject({
      params: { reason: 'Parameter verification failed. snapname: invalid format - bad name' },
    });
  });

  it.each([
    [500, 'no such task'],
    [400, "unable to parse worker upid 'UPID:x'"],
  ])('of a task: %i %s', async (status, words) => {
    const id = upid('vzdump');
    server.reactions.set(`GET /nodes/alice/tasks/${id}/status`, { status, words });
    await expect(hypervisor.task(id)).rejects.toMatchObject({ code: 'task_unknown', params: { task: id } });
  });

  it('never shows the token', async () => {
    for (const [status, words] of SAID) {
      server.reactions.set('POST /nodes/alice/qemu/101/snapshot', { status, words });
      const error: unknown = await hypervisor.snapshot(101, 'one', '').catch((thrown: unknown) => thrown);
      expect(JSON.stringify(error) + String(error)).not.toContain('12345678-1234');
    }
  });
});
