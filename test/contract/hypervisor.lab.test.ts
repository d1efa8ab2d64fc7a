import { VigieError } from '#kernel/errors.ts';
import type { TaskEnd } from '#ports/hypervisor.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { GB } from '#test/lab/hypervisor/guest.ts';
import { MemoryHypervisor } from '#test/lab/hypervisor/memory-hypervisor.ts';
import { describeHypervisor } from './hypervisor.contract.ts';

const STEP_MS = 1_000;
const LIMIT_MS = 3_600_000;

describeHypervisor('in memory', async () => {
  const clock = new ManualClock();
  let hypervisor = new MemoryHypervisor(clock);
  const guest = (vmid: number) => hypervisor.known(NAMES[vmid] ?? '');
  return {
    get hypervisor() {
      return hypervisor;
    },
    async reset() {
      hypervisor = new MemoryHypervisor(clock);
      hypervisor.createGuest({ vmid: 101, name: 'pica01', node: 'alice' });
      hypervisor.createGuest({ vmid: 102, name: 'pica02', node: 'bob' });
      hypervisor.createGuest({
        vmid: 103,
        name: 'scratch',
        node: 'alice',
        running: false,
        disks: [{ key: 'scsi0', storage: 'local-lvm', bytes: 8 * GB }],
      });
      await clock.advance(STEP_MS);
    },
    now: () => clock.now(),
    async until(look) {
      for (let waited = 0; waited < LIMIT_MS; waited += STEP_MS) {
        const found = await look();
        if (found !== null) return found;
        await clock.advance(STEP_MS);
      }
      throw new Error(`nothing after ${LIMIT_MS} ms`);
    },
    // Nothing ends here before time is let pass.
    beSlow: () => Promise.resolve(),
    loseQuorum: async () => hypervisor.loseQuorum(),
    setOnline: async (node, online) => hypervisor.setOnline(node, online),
    lock: async (vmid, lock) => void (guest(vmid).lock = lock),
    beDeaf: async (vmid) => void (guest(vmid).hangs = true),
    manage: async (vmid) => void (guest(vmid).ha = 'follows'),
    setAgent: async (vmid, state) => void (guest(vmid).agent = state),
    createGuest: async (vmid, name, node) => hypervisor.createGuest({ vmid, name, node, running: false }),
    replicateTo: async (vmid, target) => void hypervisor.replication.add(guest(vmid), target, clock.now() - 900_000),
    breakReplication: async (vmid, why) => hypervisor.replication.break(guest(vmid), why),
    giveTo: async (vmid, node) => void (guest(vmid).node = node),
    endNext: async (kind, words) => hypervisor.endNext(kind, endOf(words)),
    hideGuests: async () => hypervisor.lackRights('VM.Audit'),
    loseNextAnswer: async () =>
      hypervisor.failNext('snapshot', new VigieError('hypervisor_unreachable', { host: 'lab', reason: 'cut off' }), { afterEffect: true }),
    close: () => Promise.resolve(),
  };
});

const NAMES: Readonly<Record<number, string>> = { 101: 'pica01', 102: 'pica02', 103: 'scratch' };

function endOf(words: string): Exclude<TaskEnd, { state: 'running' }> {
  const count = /^WARNINGS: (\d+)$/u.exec(words)?.[1];
  return count === undefined ? { state: 'failed', reason: words } : { state: 'warnings', count: Number(count) };
}
