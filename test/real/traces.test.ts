import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '#test/acceptance/scene.ts';
import { Life } from '#test/crash/play.ts';
import { serveSwarm } from '#test/crash/swarm-rpc.ts';

/** What waited for the disk is there by then. */
const SETTLED_MS = 1_000;
/** Of the system's calls, all that bring a file to the disk, and those that requests go out by. */
const CALLS = 'fsync,fdatasync,sync_file_range,write,writev,sendto,sendmsg';

let scene: Scene;
let swarm: Awaited<ReturnType<typeof serveSwarm>>;
let vigie: Life;
let file: string;

beforeAll(async () => {
  scene = await Scene.open({ start: false, speed: 1 });
  swarm = await serveSwarm(scene.swarm);
  file = join(scene.folder, 'trace');
  const under = ['strace', '-f', '-qq', '-s', '60', '-e', `trace=${CALLS}`, '-o', file];
  vigie = new Life({ scene, swarm: { swarmUrl: swarm.url } }, null, under);
  await vigie.ready();
  await traceOf('@vigie whoami', /You are `alice`/u);
});
afterAll(async () => {
  await vigie.kill();
  await swarm.close();
  await scene.close();
});

/** `sync` and `post`, in their order, from a question until what is told of it is on the disk. */
async function traceOf(text: string, answer: RegExp): Promise<readonly string[]> {
  await sleep(SETTLED_MS);
  const { size } = await stat(file);
  await scene.say('alice', text);
  await scene.post(answer);
  await sleep(SETTLED_MS);
  const lines = (await readFile(file, 'utf8')).slice(size).split('\n');
  return lines.flatMap((line) => {
    if (/\b(?:fsync|fdatasync|sync_file_range)\(/u.test(line)) return ['sync'];
    return line.includes('POST /api/v4/posts ') ? ['post'] : [];
  });
}

const syncs = (trace: readonly string[]): number => trace.filter((each) => each === 'sync').length;
const before = (trace: readonly string[]): readonly string[] => trace.slice(0, trace.indexOf('post'));

describe('what is written to the disk', () => {
  it('for a read comes behind its answer', async () => {
    const trace = await traceOf('@vigie services', /🟢/u);
    expect(syncs(before(trace))).toBe(0);
    expect(syncs(trace)).toBeGreaterThan(0);
    expect(syncs(trace)).toBeLessThanOrEqual(2);
  });

  it('for a refusal as well', async () => {
    expect(syncs(before(await traceOf('@vigie frobnicate', /frobnicate/u)))).toBe(0);
  });

  it('for what changes something comes before the post of its plan, once', async () => {
    expect(syncs(before(await traceOf('@vigie scale pad 3', /⏳.*scale pad/u)))).toBe(1);
  });
});
