import { z } from 'zod';
import { parseJson } from '#kernel/json.ts';
import type { Server } from '../dialect.ts';
import { NOTES } from './collections.ts';
import { type Command, run } from './mongosh.ts';

const view = z.strictObject({ name: z.string(), options: z.record(z.string(), z.json()) });

/**
 * How far a swap is, written into the fresh database before the live one is touched, and gone with it at the end. `switch`: collections change places within the live database; `keep`: they have,
 * and those that left go to the kept one.
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

const ID = 'swap';
const found = z.object({ cursor: z.object({ firstBatch: z.array(z.object({ content: z.string() })).max(1) }) });

/** @returns null where no swap has come so far */
export async function readNotes(server: Server, fresh: string, signal?: AbortSignal): Promise<Notes | null> {
  const [answer] = await run(server, [{ db: fresh, command: { find: NOTES, filter: { _id: ID } } }], signal);
  const content = found.parse(answer).cursor.firstBatch[0]?.content;
  return content === undefined ? null : notes.parse(parseJson(content));
}

/** One document, so that it is there whole or not at all; as a text, since views hold what no document may. */
export function writeNotes(fresh: string, content: Notes): Command {
  const updates = [{ q: { _id: ID }, u: { _id: ID, content: JSON.stringify(content) }, upsert: true }];
  return { db: fresh, command: { update: NOTES, updates } };
}

export function forgetNotes(fresh: string): Command {
  return { db: fresh, command: { delete: NOTES, deletes: [{ q: { _id: ID }, limit: 1 }] } };
}
