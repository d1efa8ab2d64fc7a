import { dirname, join } from 'node:path';
import type { Self } from '#ports/clients.ts';
import type { Workshop } from '../operation/workshop.ts';

/** vigie itself: its clock, its zone, its store. */
export function selfOf(workshop: () => Workshop, storeFile: string, timezone: string): Self {
  return {
    now: () => workshop().clock.now(),
    timezone: () => timezone,
    async copyStore(name) {
      if (storeFile === ':memory:') return null;
      const target = join(dirname(storeFile), `before-${name}.db`);
      await workshop().store.copyTo(target);
      return target;
    },
  };
}
