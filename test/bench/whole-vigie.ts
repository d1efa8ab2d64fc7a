import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { JsonObject } from '#kernel/json.ts';
import { connectAdmin } from '#test/lab/mattermost/admin.ts';
import { startMattermost } from '#test/lab/mattermost/server.ts';
import { ROOT } from './launch.ts';

const counted = z.object({ requests: z.int(), sent: z.int() });

/** `vigie run` with its store on a disk, the lab's Mattermost, and the lab's Elasticsearch in a process of its own. */
export interface WholeVigie extends AsyncDisposable {
  readonly process: ChildProcess;
  index(documents: readonly JsonObject[]): Promise<void>;
  /** What Elasticsearch was asked so far, and what it sent (bytes). */
  counted(): Promise<z.output<typeof counted>>;
  /** Megabytes: the most since this was asked last. Source: proc(5), `clear_refs`. */
  mostMb(): Promise<number>;
}

/** @param rules files of rules, as YAML @param documents in `logs-1` from the start, as all others: a source without any is an alert of its own */
export async function startWholeVigie(rules: readonly string[], documents: readonly JsonObject[]): Promise<WholeVigie> {
  await using owned = new AsyncDisposableStack();
  const state = await mkdtemp(join(tmpdir(), 'vigie-bench-whole-'));
  owned.defer(() => rm(state, { recursive: true, force: true }));
  const mattermost = await startMattermost();
  owned.defer(() => mattermost.stop());
  const admin = await connectAdmin(mattermost.url, mattermost.adminToken);
  const ops = await admin.createChannel(await admin.createTeam({ name: 'bench' }), { name: 'ops' });
  const bot = await admin.createBot('vigie');
  await admin.addToChannel(ops, bot, await admin.createPerson({ username: 'alice' }));
  const search = spawn(process.execPath, [join(import.meta.dirname, 'search-child.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
  owned.defer(() => void search.kill());
  const [url] = z.tuple([z.string()]).parse(await once(createInterface({ input: search.stdout }), 'line'));
  const index = async (more: readonly JsonObject[]): Promise<void> => {
    const body = more.map((document) => JSON.stringify({ index: 'logs-1', document })).join('\n');
    await fetch(`${url}/documents`, { method: 'POST', body });
  };
  await index(documents);
  await mkdir(join(state, 'rules'));
  for (const [number, rule] of rules.entries()) await writeFile(join(state, `rules/${number}.yaml`), rule);
  await writeFile(join(state, 'token'), bot.token, { mode: 0o600 });
  const config = join(state, 'vigie.yaml');
  await writeFile(
    config,
    `state: ${state}\nlog_level: error\nmattermost: { url: ${mattermost.url}, token: '\${file:${state}/token}' }\n` +
      `http: { listen: '127.0.0.1:0' }\nsocket: { path: ${state}/vigie.sock }\nroles: { operator: { users: [alice], may: [read], approves: [] } }\n` +
      `alerts: { rules: ${state}/rules, channel: ops }\nelasticsearch: { main: { url: '${url}', timeout: 60s } }\n`,
  );
  const child = spawn(join(ROOT, 'bin/vigie'), ['run', '--config', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  owned.defer(async () => {
    if (child.exitCode !== null) return;
    child.kill();
    await once(child, 'exit');
  });
  const ask = async () => counted.parse(await (await fetch(`${url}/counted`)).json());
  // Its first look means that it is ready.
  while ((await ask()).requests === 0) {
    if (child.exitCode !== null) throw new Error(`vigie ended with ${child.exitCode}`);
    await sleep(100);
  }
  const held = owned.move();
  return {
    process: child,
    counted: ask,
    index,
    async mostMb() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      await writeFile(`/proc/${child.pid}/clear_refs`, '5');
      return Math.round(Number(/VmHWM:\s+(\d+)/u.exec(status)?.[1] ?? 0) / 1024);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
