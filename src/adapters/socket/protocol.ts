import { z } from 'zod';
import { BOUNDS } from '#kernel/bounds.ts';

/**
 * What goes over vigie's Unix socket, one JSON a line. Node can't ask the kernel who is at the other end, so the account
 * is proven by the file system: the server names a folder, the client makes it, and its owner is who speaks. A folder
 * can't be hard-linked, so nobody can present one of somebody else's.
 */
export const serverLine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prove'), folder: z.string() }),
  z.object({ kind: z.literal('line'), text: z.string(), code: z.boolean().default(false) }),
  z.object({ kind: z.literal('end'), ok: z.boolean() }),
]);
export type ServerLine = z.output<typeof serverLine>;

export const clientLine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('proven') }),
  z.object({ kind: z.literal('command'), text: z.string().max(16_383) }),
]);
export type ClientLine = z.output<typeof clientLine>;

/** Longest line. What is shorter and still too long for a command, the grammar refuses with its own words. */
export const LINE_LIMIT = BOUNDS.socketLine.most;
