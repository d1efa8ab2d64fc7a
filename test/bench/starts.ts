import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Person } from '#test/lab/mattermost/person.ts';
import type { SeenChannel } from '#test/lab/mattermost/seen.ts';
import { bareNode, ROOT, rssMb, type Bare } from './launch.ts';
import { floorOf, quantile, type Row } from './table.ts';

/** A Mattermost in memory, and who is there. */
export interface Whereabouts {
  readonly folder: string;
  readonly url: string;
  readonly bot: Person;
  readonly alice: Person;
  readonly ops: SeenChannel;
}

/** Starts of vigie, its memory when it has nothing to do, and commands of a terminal. */
export async function startRows(chat: Whereabouts): Promise<readonly Row[]> {
  const bare = await bareNode();
  const docker = 'unix:///var/run/docker.sock';
  // Its memory still holds the compiler.
  const first = await startUp(chat, {
    what: 'first start to ready, before anything is compiled',
    docker,
    bare,
    times: 1,
    aim: '< 2000 ms',
  });
  const again = { bare, times: STARTS, aim: '< 600 ms' };
  const without = await startUp(chat, { ...again, what: 'start to ready, without Docker', docker: null });
  const withDocker = await startUp(chat, { ...again, what: 'start to ready, with Docker', docker });
  return [first.start, without.start, withDocker.start, without.memory, withDocker.memory, without.told];
}

/** What starting took is given back by then: src/app/collecting.ts. */
const SETTLED_MS = 6_000;

const STARTS = 5;
const TOLD = 10;

interface Starting {
  readonly what: string;
  readonly docker: string | null;
  readonly bare: Bare;
  /** Of which the median counts. */
  readonly times: number;
  readonly aim: string;
}

/** vigie as it is run: `vigie run` with a configuration, until `/readyz` says yes; then its memory after some idle seconds, and commands of a terminal. */
async function startUp(
  { folder, url, bot, alice, ops }: Whereabouts,
  { what, docker, bare, times, aim }: Starting,
): Promise<Record<'start' | 'memory' | 'told', Row>> {
  const state = await mkdtemp(join(folder, 'state-'));
  const port = 18_000 + Math.floor(Math.random() * 2_000);
  const config = join(state, 'vigie.yaml');
  await writeFile(join(state, 'token'), bot.token, { mode: 0o600 });
  await writeFile(
    config,
    `state: ${state}\nlog_level: error\nmattermost: { url: ${url}, token: '\${file:${state}/token}' }\nhttp: { listen: '127.0.0.1:${port}' }\n` +
      `socket: { path: ${state}/vigie.sock, accounts: { ${userInfo().username}: alice } }\n` +
      `roles: { operator: { users: [alice], may: [read, change], approves: [change] } }\n${docker === null ? '' : `swarm: { host: '${docker}' }\n`}`,
  );
  const tookMs: number[] = [];
  for (let time = 1; time < times; time += 1) {
    const before = await started(config, port);
    tookMs.push(before.tookMs);
    await ended(before.child);
  }
  const { child, tookMs: last } = await started(config, port);
  tookMs.push(last);
  // The adapter is imported with the first request at the latest: one is made, so that its memory counts.
  if (docker !== null) await alice.say(ops.id, '@vigie services');
  await sleep(SETTLED_MS);
  const rss = await rssMb(child);
  const memory: Row = {
    what: `idle RSS, ${docker === null ? 'without' : 'with'} Docker`,
    measured: `${rss} MB`,
    aim: docker === null ? '< 95 MB' : '< 115 MB',
    ...floorOf(rss, bare.rssMb, 'MB', 'a bare Node'),
  };
  const told = await tellings(config, bare);
  await ended(child);
  const middle = quantile(tookMs, 0.5);
  const start = { what, measured: `${Math.round(middle)} ms`, aim, ...floorOf(middle, bare.startMs, 'ms', 'a bare Node') };
  return { start, memory, told };
}

async function started(config: string, port: number): Promise<{ readonly child: ChildProcess; readonly tookMs: number }> {
  const begin = performance.now();
  const child = spawn(join(ROOT, 'bin/vigie'), ['run', '--config', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  const died = new Promise<never>((_, reject) =>
    child.once('exit', (code) => reject(new Error(`vigie ended with ${code} before it was ready`))),
  );
  died.catch(() => undefined);
  await Promise.race([untilReady(`http://127.0.0.1:${port}/readyz`), died]);
  return { child, tookMs: performance.now() - begin };
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill();
  await once(child, 'exit');
}

/** From a terminal to the vigie that runs, and its answer back. */
async function tellings(config: string, bare: Bare): Promise<Row> {
  const times: number[] = [];
  for (let time = 0; time < TOLD; time += 1) {
    const begin = performance.now();
    const { stdout } = await promisify(execFile)(join(ROOT, 'bin/vigie'), ['do', '--config', config, 'whoami']);
    if (!stdout.includes('alice')) throw new Error(`vigie answered: ${stdout}`);
    times.push(performance.now() - begin);
  }
  const middle = quantile(times, 0.5);
  const floor = floorOf(middle, bare.startMs, 'ms', 'a bare Node');
  return { what: '`vigie do` to a vigie that runs', measured: `${Math.round(middle)} ms`, aim: '< 250 ms', ...floor };
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const ready = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await sleep(10);
  }
}
