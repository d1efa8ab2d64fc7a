import { dirname, join } from 'node:path';
import type { Self } from '#ports/clients.ts';
import type { Context } from '../operation/context.ts';

/** vigie itself: its clock, its zone, its store. */
export function selfOf(context: () => Context, storeFile: string, timezone: string): Self {
  return {
    now: () => context().clock.now(),
    timezone: () => timezone,
    async copyStore(name) {
      if (storeFile === ':memory:') return null;
      const target = join(dirname(storeFile), `before-${name}.db`);
      await context().store.copyTo(target);
      return target;
    },
  };
}
