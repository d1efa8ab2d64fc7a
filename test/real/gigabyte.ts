import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { launch } from '#test/bench/launch.ts';
import type { RealServer } from './database-lab.ts';

/** Text that compresses to about a half, as people's does: one GiB of it. */
export const ROWS = 8_000_000;
const FILL = `create table notes as select i, md5(i::text) || md5((i * 7)::text) || md5((i * 13)::text) as text from generate_series(1, ${ROWS}) i`;

const measured = z.object({
  written: z.number(),
  taken: z.number(),
  loaded: z.number(),
  bytes: z.number(),
  rows: z.number(),
  before: z.number(),
  peak: z.number(),
});
/** Times in milliseconds, `bytes` of the dump, memory (RSS) in megabytes: with all of vigie loaded, and at its most. */
export type Measured = z.output<typeof measured>;

/** Makes the database `pad` on a PostgreSQL that has none. */
export async function fillGigabyte(server: RealServer): Promise<void> {
  await server.sql('postgres', "create role pad login password 'pad'");
  await server.sql('postgres', 'create database pad owner pad');
  await server.sql('pad', `set role pad; ${FILL}`);
}

/** A vigie in a process of its own dumps `pad` into a folder, takes a backup of it, and restores that. */
export async function measureGigabyte(server: RealServer, service: string, folder: string): Promise<Measured> {
  const orders = { socketPath: server.swarm.socketPath, folder, service };
  const program = join(import.meta.dirname, 'gigabyte-driver.ts');
  const { flags, env } = launch();
  const child = await promisify(execFile)(process.execPath, [...flags, program, JSON.stringify(orders)], { env });
  return measured.parse(JSON.parse(child.stdout.trim().split('\n').at(-1) ?? ''));
}
