import { VigieError } from '#kernel/errors.ts';
import type { ReadClients } from '#ports/clients.ts';

/** What works by itself in a database: who reads from it, and what it reads from others. */
export type ReplicationShown = {
  readonly slots: readonly { readonly name: string; readonly active: boolean; readonly kept: number | null }[];
  readonly subscriptions: readonly { readonly name: string; readonly slot: string | null }[];
};

/** Null for nothing, and for a database that lets nobody in. */
export async function replicationOf(
  { databases }: Pick<ReadClients, 'databases'>,
  name: string,
  signal: AbortSignal,
): Promise<ReplicationShown | null> {
  try {
    const { slots, subscriptions } = await databases.replication(name, signal);
    if (slots.length === 0 && subscriptions.length === 0) return null;
    return {
      slots: slots.map((slot) => ({ name: slot.name, active: slot.active, kept: slot.keptBytes })),
      subscriptions: subscriptions.map((each) => ({ name: each.name, slot: each.slot })),
    };
  } catch (error) {
    if (error instanceof VigieError && error.code === 'database_refused') return null;
    throw error;
  }
}
