import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configured, startServer, type RealServer } from './database-lab.ts';
import { fillGigabyte, measureGigabyte, ROWS } from './gigabyte.ts';

const SERVICE = 'gigabyte';
const MINUTE_MS = 60_000;

let server: RealServer;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-gigabyte-'));
  const pad = configured('postgres', { server: { kind: 'service', name: SERVICE } });
  server = await startServer({ engine: 'postgres', service: SERVICE, node: 'pica01', way: 'socket', databases: [pad] });
  await fillGigabyte(server);
}, 8 * MINUTE_MS);
afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

it('dumps, backs up and restores a database of a gigabyte in little memory', { timeout: 12 * MINUTE_MS }, async () => {
  const { peak, rows } = await measureGigabyte(server, SERVICE, folder);
  expect(rows).toBe(ROWS);
  expect(peak).toBeLessThan(150);
});
