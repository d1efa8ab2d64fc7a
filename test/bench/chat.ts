import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAdmin } from '#test/lab/mattermost/admin.ts';
import type { Person } from '#test/lab/mattermost/person.ts';
import { startMattermost } from '#test/lab/mattermost/server.ts';
import { launch } from './launch.ts';
import { startRows, type Whereabouts } from './starts.ts';
import { floorOf, quantile, type Row } from './table.ts';

const SLASH_TOKEN = 'k'.repeat(26);

interface Chat extends Whereabouts {
  /** Who types: one person alone is soon told to wait. */
  readonly crowd: readonly Person[];
}

/** As many as may ask for 200 things a second for ten seconds, and warm up before. */
const CROWD = Array.from({ length: 100 }, (_, index) => `person${index}`);

/** Start-up, memory and latencies of vigie as a chat bot, on a Mattermost in memory. */
export async function benchChat(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
  const mattermost = await startMattermost();
  try {
    const admin = await connectAdmin(mattermost.url, mattermost.adminToken);
    const team = await admin.createTeam({ name: 'bench' });
    const ops = await admin.createChannel(team, { name: 'ops' });
    const bot = await admin.createBot('vigie');
    const alice = await admin.createPerson({ username: 'alice' });
    const crowd: Person[] = [];
    for (const username of CROWD) crowd.push(await admin.createPerson({ username }));
    await admin.addToChannel(ops, bot, alice, ...crowd);
    return await measure({ folder, url: mattermost.url, bot, alice, crowd, ops });
  } finally {
    await mattermost.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(chat: Chat): Promise<readonly Row[]> {
  const starts = await startRows(chat);
  const child = await startChild(chat);
  try {
    const latencies = [...(await mentions(chat)), await slash(chat, child.url)];
    return [...starts, ...latencies];
  } finally {
    child.process.kill();
  }
}

async function startChild({ url: mattermost, bot, folder }: Chat): Promise<{ readonly url: string; readonly process: ChildProcess }> {
  const orders = { url: mattermost, token: bot.token, folder, slashToken: SLASH_TOKEN, people: CROWD };
  const { flags, env } = launch();
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, 'vigie-child.ts'), JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((resolve) => lines.once('line', resolve));
  await sleep(500);
  return { url, process: child };
}

/** From the post with the mention to vigie's answer, both seen on a websocket, one at a time; and the same of a bot that only echoes. */
async function mentions(chat: Chat): Promise<readonly Row[]> {
  const answers = await conversation(chat, ({ username }) => ({ words: '@vigie whoami', answer: `\`${username}\`` }));
  const plans = await conversation(chat, (_person, index) => {
    const service = `service-${1 + (index % 20)}`;
    return { words: `@vigie scale ${service} 3 --dry-run`, answer: `${service}**` };
  });
  const least = await withEcho(chat, () =>
    conversation(chat, ({ username }) => ({ words: `@echo ${username}`, answer: `\`${username}\`` })),
  );
  const echo = quantile(least, 0.5);
  const sync = quantile(await syncs(chat.folder), 0.5);
  const row = (what: string, times: readonly number[], floor: number, of: string): Row => ({
    what: `${what}, median of 200`,
    measured: `${quantile(times, 0.5)} ms (p99 ${quantile(times, 0.99)} ms)`,
    aim: '≤ 3 ms above',
    ...floorOf(quantile(times, 0.5), floor, 'ms', of),
  });
  return [
    row('mention to reply', answers, echo, `a bot that echoes (p99 ${quantile(least, 0.99)} ms)`),
    row('mention to the plan of a change', plans, echo + sync, `the same, and one write to this disk (${sync} ms)`),
  ];
}

/** Milliseconds that each of some writes takes to be on the disk. */
async function syncs(folder: string): Promise<readonly number[]> {
  await using file = await open(join(folder, 'sync'), 'w');
  const times: number[] = [];
  for (let index = 0; index < 100; index += 1) {
    const begin = performance.now();
    await file.write(Buffer.alloc(4_096));
    await file.datasync();
    times.push(performance.now() - begin);
  }
  return times;
}

interface Exchange {
  readonly words: string;
  /** What of the answer tells it from those before. */
  readonly answer: string;
}

/** @returns milliseconds from each question to its answer */
async function conversation(
  { alice, crowd, bot, ops }: Chat,
  exchange: (person: Person, index: number) => Exchange,
): Promise<readonly number[]> {
  const listener = await alice.listen();
  const times: number[] = [];
  for (let index = 0; index < 210; index += 1) {
    const person = crowd[index % crowd.length] ?? alice;
    const { words, answer } = exchange(person, index);
    const sent = Date.now();
    const begin = performance.now();
    const answered = listener.waitFor(({ event, post }) => {
      if (event !== 'posted' || post === undefined || post.user_id !== bot.id) return false;
      return post.create_at >= sent && post.message.includes(answer);
    });
    await person.say(ops.id, words);
    await answered;
    if (index >= 10) times.push(performance.now() - begin);
  }
  listener.close();
  return times;
}

/** Has vigie's own token, while no vigie answers its words. */
async function withEcho<T>({ url, bot, ops }: Chat, act: () => Promise<T>): Promise<T> {
  const orders = { url, token: bot.token, channel: ops.id };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'echo-child.ts'), JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(createInterface({ input: child.stdout }), 'line');
    return await act();
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

/** `/ops services` at 200 requests a second for a minute, after two seconds that aren't counted: the compiler needs them. */
async function slash({ crowd, ops }: Chat, url: string): Promise<Row> {
  const orders = { url, token: SLASH_TOKEN, users: crowd.map(({ id }) => id), channel: ops.id, perSecond: 200 };
  const times = await load({ ...orders, name: 'bench', warm: 400, count: 12_000 });
  const least = await withBareServer((bare) => load({ ...orders, url: bare, name: 'bare', warm: 400, count: 2_000 }));
  return {
    what: '/ops services at 200/s, p99 of the acknowledgement',
    measured: `${quantile(times, 0.99)} ms (median ${quantile(times, 0.5)} ms)`,
    aim: '< 15 ms',
    ...floorOf(quantile(times, 0.99), quantile(least, 0.99), 'ms', 'an empty answer of a bare Node'),
  };
}

/** Sent from a process of its own: the chat server of this one must not keep the stopwatch waiting. */
async function load(orders: object): Promise<readonly number[]> {
  const program = join(import.meta.dirname, 'load.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(orders)], { maxBuffer: 1024 * 1024 });
  return z.array(z.number()).parse(JSON.parse(stdout));
}

const BARE_SERVER = `const server = require('node:http').createServer((request, response) => request.resume().on('end', () => response.end('{}')));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

async function withBareServer<T>(act: (url: string) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, ['-e', BARE_SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const port = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
    return await act(`http://127.0.0.1:${port}`);
  } finally {
    child.kill();
  }
}
