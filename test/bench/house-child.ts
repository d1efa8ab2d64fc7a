import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemo } from '#test/lab/demo/world.ts';

/** The demo's whole house in a process of its own, with its chat server and vigie: whoever measures it shares no event loop with them. */
console.log = () => undefined;
const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-house-'));
const demo = await startDemo({ port: 0, language: 'en', docker: null, folder });
const { alice, bob, zoe } = demo.people;
const people = [alice, bob, zoe].map(({ id, username, token }) => ({ id, username, token }));
process.stdout.write(`${JSON.stringify({ url: new URL(demo.url).origin, bot: demo.bot.id, ops: demo.ops.id, people })}\n`);
