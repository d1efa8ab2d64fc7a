import { VigieError } from '#kernel/errors.ts';
import { MemoryDisks } from '#test/lab/disks/memory-disks.ts';
import { disksContract } from './disks.contract.ts';

disksContract('in memory', async () => {
  const disks = new MemoryDisks();
  const away = new MemoryDisks();
  away.trouble.set('alice', new VigieError('ssh_unreachable', { host: 'root@alice:22', reason: 'connect ECONNREFUSED' }));
  return {
    disks,
    away,
    fail: async (serial) => disks.fail('alice', 'md0', serial),
    mend: async (serial) => void disks.returning.add(serial),
    async empty(serial) {
      disks.remove('alice', 'md0', serial);
      disks.returning.delete(serial);
      disks.uses.delete(serial);
    },
    fill: async (serial) => void disks.uses.set(serial, [{ kind: 'content', name: 'swap' }]),
    hold: async () => undefined,
    finish: async (array) => disks.finish('alice', array),
    pull: async (serial) => disks.pull('alice', 'md1', serial),
    async plug(serial) {
      disks.plug('alice', 'SSD-LAB0000', { serial, port: '0000:02:00.0' });
      disks.returning.add(serial);
    },
    warn: async (serial, warns) => void (disks.disk('alice', serial).signs = warns ? [{ kind: 'failing' }] : []),
    close: () => Promise.resolve(),
  };
});
