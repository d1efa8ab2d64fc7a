import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import { isSiblingExpired, siblingOf, type Sibling } from '#domain/backup/sibling.ts';
import type { Operation } from '#domain/operation/operation.ts';
import type { OperationsReader } from '#ports/clients.ts';
import type { DatabaseFacts } from '#ports/databases.ts';

/** Only what an operation's own plan says that it made, of this very database: a name alone, which anybody may have chosen, drops nothing. */
export async function expiredSiblings(
  operations: OperationsReader,
  facts: DatabaseFacts,
  names: readonly string[],
  now: number,
): Promise<string[]> {
  const expired: string[] = [];
  for (const name of names) {
    const sibling = siblingOf(facts.database, name);
    if (sibling !== null && isSiblingExpired(sibling, await endOf(operations, facts, name, sibling), now)) expired.push(name);
  }
  return expired;
}

/** Of undoings so many are looked through: what one of the last months put away is among them. */
const RECENT = 1_000;

/** When the operation ended that made it. Null while it is open, and for what no operation of this vigie says that it made: then nobody can say that it may go. */
async function endOf(
  operations: OperationsReader,
  facts: DatabaseFacts,
  name: string,
  { role, operation }: Sibling,
): Promise<number | null> {
  const restore = await known(operations, operation);
  if (restore === null || !made(restore, 'restore', facts, role === 'undone' ? null : name)) return null;
  if (role !== 'undone') return restore.endedAt;
  const undoings = (await operations.list({ open: false, limit: RECENT })).filter((each) => made(each, 'restore-undo', facts, name));
  const ends = undoings.map(({ endedAt }) => endedAt ?? Number.POSITIVE_INFINITY);
  const last = Math.max(...ends);
  return Number.isFinite(last) ? last : null;
}

async function known(operations: OperationsReader, id: string): Promise<Operation | null> {
  try {
    const found = await operations.get(id);
    return found.id === id ? found : null;
  } catch (error) {
    if (error instanceof VigieError && error.code === 'operation_unknown') return null;
    throw error;
  }
}

const makes = z.object({ decides: z.object({ name: z.string(), server: z.string(), fresh: z.string(), kept: z.string() }) });

/** @param sibling null: whatever it made */
function made({ action, plan }: Operation, wanted: string, { name, server }: DatabaseFacts, sibling: string | null): boolean {
  const basis = makes.safeParse(plan?.basis).data?.decides;
  if (action !== wanted || basis === undefined) return false;
  return basis.name === name && basis.server === server.name && (sibling === null || [basis.fresh, basis.kept].includes(sibling));
}
