import type { Announcements } from '#ports/clients.ts';
import type { Context } from '../operation/context.ts';

/** What the people of the house are told, in their own channel; nothing where none is configured. */
export function announcementsOf(context: () => Pick<Context, 'store' | 'announceChannel' | 'wake'>): Announcements {
  return {
    reaches: () => context().announceChannel !== null,
    async say(section, operation, data) {
      const { store, announceChannel: channel, wake } = context();
      if (channel === null) return;
      const message = { template: `notice:maintenance-${section}`, data };
      const to = { channel, root: null, underKey: null };
      await store.operations.commit({ say: [{ kind: 'create', key: `maintenance-${section}:${operation}`, to, message, seeds: [] }] });
      wake('sender');
    },
  };
}
