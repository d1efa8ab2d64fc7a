import { afterEach, describe, expect, it } from 'vitest';
import { Scene, until } from '../scene.ts';
import { House } from './terminal.ts';

let scene: Scene;
let house: House | null = null;
afterEach(async () => {
  scene.mattermost.faults.clear();
  await house?.close();
  house = null;
  await scene.close();
});

async function open(): Promise<House> {
  scene = await Scene.open({ start: false, speed: 1 });
  house = new House(scene);
  return house;
}

/** A house whose vigie met Mattermost once. */
async function met(): Promise<House> {
  const opened = await open();
  opened.start();
  await until(
    () => opened.log.includes('vigie is ready'),
    'vigie to be ready',
    async () => opened.log,
    60_000,
  );
  // Everybody is known once vigie has asked.
  expect((await opened.type('do', 'whoami')).output).toContain('alice');
  return opened;
}

const NOISE = /websocket|ErrorEvent|"level"|chat_|_unreachable|\{"/u;

describe('vigie do', { timeout: 120_000 }, () => {
  it.each<[what: string, lose: () => Promise<void>]>([
    ['is down', async () => await scene.mattermost.stop()],
    ['accepts and never answers', async () => void (scene.mattermost.faults.silent = true)],
  ])('while vigie is stopped and Mattermost %s says who I am, and nothing else', async (_what, lose) => {
    const { type, stop } = bound(await met());
    await stop();
    // What this machine takes for it at this moment, with a Mattermost that answers.
    const floor = await type('do', 'whoami');
    await lose();
    const { output, code, firstMs } = await type('do', 'whoami');
    expect(firstMs).toBeLessThan(2_000 + 2 * floor.firstMs);
    expect(output).toMatch(/^vigie is stopped/u);
    expect(output).toContain('alice');
    expect(output).not.toMatch(NOISE);
    expect(code).toBe(0);
  });

  it('says in words that this vigie never met Mattermost', async () => {
    const { type } = bound(await open());
    await scene.mattermost.stop();
    const { output, code } = await type('do', 'whoami');
    expect(output).toMatch(/never met it.*mattermost\.url/u);
    expect(output).not.toMatch(NOISE);
    expect(code).toBe(1);
  });

  it('is served while vigie starts, and told what that waits for', async () => {
    const opened = await open();
    scene.mattermost.faults.silent = true;
    opened.start();
    await until(
      () => opened.log.includes('Mattermost does not answer'),
      'vigie to wait',
      async () => opened.log,
      60_000,
    );
    const { output, code } = await opened.type('do', 'whoami');
    expect(output).toMatch(/^vigie is starting\.\n.*never met it/u);
    expect(code).toBe(1);
    scene.mattermost.faults.silent = false;
    await until(
      () => opened.log.includes('vigie is ready'),
      'vigie to be ready',
      async () => opened.log,
      60_000,
    );
    expect((await opened.type('do', 'whoami')).output).toContain('alice');
  });
});

describe('a vigie whose Mattermost accepts and never answers', () => {
  it('answers at the terminal within two seconds, and plans', async () => {
    scene = await Scene.open({ speed: 1 });
    await scene.say('alice', '@vigie whoami');
    await scene.post(/You are/u);
    await scene.vigie.context.people.refresh();
    scene.mattermost.faults.silent = true;
    scene.clock.warp(120_000);
    for (const [text, words] of [
      ['whoami', /alice/u],
      ['scale pad 3 --dry-run', /Dry run/u],
    ] as const) {
      const began = performance.now();
      const lines: string[] = [];
      const { ok } = await scene.vigie.gateway.local(
        { account: 'root', text },
        (line) => void lines.push(line),
        new AbortController().signal,
      );
      expect([ok, lines.join('\n')]).toEqual([true, expect.stringMatching(words)]);
      expect(performance.now() - began).toBeLessThan(3_000);
    }
  });
});

function bound(opened: House) {
  return { type: (...words: readonly string[]) => opened.type(...words), stop: () => opened.stop() };
}
