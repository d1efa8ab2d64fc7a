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
    add: async (serial) => disks.add('alice', 'md0', serial),
    hold: async () => undefined,
    finish: async () => disks.finish('alice', 'md0'),
    pull: async (serial) => disks.pull('alice', 'md1', serial),
    warn: async (serial, warns) => void (disks.disk('alice', serial).signs = warns ? [{ kind: 'failing' }] : []),
    close: () => Promise.resolve(),
  };
});
