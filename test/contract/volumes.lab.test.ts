import { VigieError } from '#kernel/errors.ts';
import { MemoryVolumes } from '#test/lab/volumes/memory-volumes.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';
import { volumesContract } from './volumes.contract.ts';

volumesContract('in memory', async () => {
  const clock = new WarpClock(100);
  const volumes = new MemoryVolumes(clock);
  const away = new MemoryVolumes(clock);
  away.trouble = new VigieError('ssh_unreachable', { host: 'root@pica01:22', reason: 'connect ECONNREFUSED' });
  return {
    volumes,
    away,
    write: async (file, content) => volumes.data.write(file, content, clock.now()),
    read: async (file) => volumes.data.read(file),
    onBrick: async (host, file) => volumes.brickOf(host).files.get(file)?.content ?? '',
    async lose(file) {
      volumes.brickOf('pica02').files.delete(file);
      return 'pica02';
    },
    killBrick: async (host) => void (volumes.brickOf(host).online = false),
    startBricks: async () => volumes.data.bricks.forEach((brick) => (brick.online = true)),
    split: async (file, contents) => volumes.split(file, contents),
    unmount: async (host) => void volumes.mountStates.set(host, 'missing'),
    killClient: async (host) => void volumes.mountStates.set(host, 'stale'),
    mount: async (host) => void volumes.mountStates.set(host, 'mounted'),
    fileOn: async (host, path) => volumes.aside.get(`${host}:${path}`) ?? '',
    limit: async (bytes) => void (volumes.data.limitBytes = bytes),
    close: () => Promise.resolve(),
  };
});
