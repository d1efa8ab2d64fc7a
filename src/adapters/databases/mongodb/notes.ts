import { z } from 'zod';
import { parseJson } from '#kernel/json.ts';
import type { Server } from '../dialect.ts';
import { OWN } from './collections.ts';
import { type Command, run } from './mongosh.ts';

const view = z.strictObject({ name: z.string(), options: z.record(z.string(), z.json()) });

/**
 * How far a swap is, written down before the live database is touched, and gone at the end: where no dump writes, and nobody who may only write into single databases. `switch`: collections change
 * places within the live database; `keep`: they have, and those that left go to the kept one.
 */
const notes = z.strictObject({
  phase: z.enum(['switch', 'keep']),
  live: z.string(),
  kept: z.string(),
  /** Collections and views of the live database before, and of the one that comes. */
  before: z.array(z.string()),
  coming: z.array(z.string()),
  viewsBefore: z.array(view),
  viewsComing: z.array(view),
});

export type Notes = z.infer<typeof notes>;

const AT = { db: 'admin', collection: `${OWN}swaps` };
const found = z.object({ cursor: z.object({ firstBatch: z.array(z.object({ content: z.string() })).max(1) }) });

/** @returns null where no swap has come so far */
export async function readNotes(server: Server, fresh: string, signal?: AbortSignal): Promise<Notes | null> {
  const [answer] = await run(server, [{ db: AT.db, command: { find: AT.collection, filter: { _id: fresh } } }], signal);
  const content = found.parse(answer).cursor.firstBatch[0]?.content;
  return content === undefined ? null : notes.parse(parseJson(content));
}

/** One document, so that it is there whole or not at all; as a text, since views hold what no document may. */
export function writeNotes(fresh: string, content: Notes): Command {
  const updates = [{ q: { _id: fresh }, u: { _id: fresh, content: JSON.stringify(content) }, upsert: true }];
  return { db: AT.db, command: { update: AT.collection, updates } };
}

export function forgetNotes(fresh: string): Command {
  return { db: AT.db, command: { delete: AT.collection, deletes: [{ q: { _id: fresh }, limit: 1 }] } };
}
