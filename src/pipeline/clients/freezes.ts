import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { Freezes } from '#ports/clients.ts';
import type { Context } from '../operation/context.ts';

/** What people froze, as handlers have it. */
export function freezesOf(context: () => Pick<Context, 'store' | 'clock'>): Freezes {
  const open = async () => await context().store.freezes.open(context().clock.now());
  return {
    open,
    async find(word) {
      const all = await open();
      const found = all.filter(({ operation, scope }) => operation === word || scope === word);
      if (found.length > 0) return found;
      const names = all.flatMap(({ operation, scope }) => [operation, scope]);
      throw new VigieError('freeze_unknown', { freeze: word, nearest: nearest(word, names) });
    },
    async set({ scope, reason, until, lets }, operation, by) {
      const { store, clock } = context();
      const freeze = {
        operation,
        scope,
        reason,
        by: by.username,
        at: clock.now(),
        until,
        endedAt: null,
        ...(lets === undefined ? {} : { lets }),
      };
      await store.operations.commit({
        freezes: [freeze],
        audit: [{ kind: 'freeze', operation, by: by.id, detail: { scope, reason, until } }],
      });
    },
    async end(id, by) {
      const { store, clock } = context();
      const freeze = (await open()).find(({ operation }) => operation === id);
      if (freeze === undefined) return;
      await store.operations.commit({
        freezes: [{ ...freeze, endedAt: clock.now() }],
        audit: [{ kind: 'unfreeze', operation: id, by: by.id, detail: { scope: freeze.scope } }],
      });
    },
  };
}
