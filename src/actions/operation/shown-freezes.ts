import type { ReadClients } from '#ports/clients.ts';

/** What is frozen now, as it is told. */
export async function shownFreezes({ freezes }: Pick<ReadClients, 'freezes'>) {
  const open = await freezes.open();
  return open.map(({ operation, scope, by, reason, until }) => ({ id: operation, scope, by, reason, until }));
}
