import { existsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHosts } from '#adapters/hosts/create-hosts.ts';
import { LabMachine } from '#test/lab/hosts/lab-machine.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { Scene, textOf, type SceneOptions } from './scene.ts';

const OLD = `sha256:${'a'.repeat(64)}`;
const USED = `sha256:${'b'.repeat(64)}`;
const GB = 1_000_000_000;

let scene: Scene;
let lab: LabMachine;
beforeEach(async () => {
  lab = await LabMachine.open();
  lab.docker.images = [{ id: USED, tags: ['r/pad:v2'], uniqueSize: '300MB' }];
  await lab.container('web.1', USED, 0);
});
afterEach(async () => {
  await scene.close();
  await lab.close();
});

/** What a person reads, with ordinary spaces. */
function wordsOf(post: SeenPost): string {
  return textOf(post).replaceAll('\u00a0', ' ');
}

async function open(options: SceneOptions = {}): Promise<void> {
  scene = await Scene.open({ ...options, systems: { hosts: createHosts([lab.machine('pica01', ['pica01.example.org'])]) } });
}

/** An unused image, an oversized log and a copy that broke off. */
async function fill(): Promise<{ readonly log: string; readonly partial: string }> {
  lab.docker.images.push({ id: OLD, tags: ['r/pad:v1'], uniqueSize: '1.5GB' });
  const log = await lab.container('pad.1', USED, 2.5 * GB);
  const partial = await lab.file('backups/db.sql.partial', 2_000_000, 3);
  return { log, partial };
}

describe('space', () => {
  it('says what fills a disk, and what would go', async () => {
    await fill();
    await open();
    await scene.say('zoe', '@vigie space pica01');
    const text = wordsOf(await scene.post(/`pica01`/));
    expect(text).toMatch(/\d% · `\/.*` · [\d.,]+ [kMGT]?B of [\d.,]+ [kMGT]?B/u);
    expect(text).toContain('**Unused images** 1, about 1.5 GB');
    expect(text).toContain('**Log of** `pad.1` 2.5 GB');
    expect(text).toMatch(/db\.sql\.partial` 2 MB, 3\sdays old/u);
    expect(text).toContain('`clean pica01` would free about 4 GB.');
  });

  it('speaks French, and says that there is no Docker', async () => {
    lab.docker.installed = false;
    await open({ language: 'fr' });
    await scene.say('zoe', '@vigie espace pica01');
    const text = wordsOf(await scene.post(/`pica01`/));
    expect(text).toContain('Il n’y a pas de Docker ici');
    expect(text).toContain('Il n’y a rien ici que `nettoyer` supprimerait.');
  });

  it('names the machine that was probably meant', async () => {
    await open();
    await scene.say('zoe', '@vigie space pcia01');
    await scene.post(/names no machine `pcia01`\. Did you mean `pica01`\?/u);
  });

  it('says that no machine is configured', async () => {
    scene = await Scene.open();
    await scene.say('zoe', '@vigie space pica01');
    await scene.post(/No machine is configured: set `hosts` in `vigie.yaml`/u);
  });
});

describe('clean', () => {
  it('shows exactly what goes, waits for a ✅, removes it and says what it freed', async () => {
    const { log, partial } = await fill();
    await open();
    await scene.say('alice', '@vigie clean pica01.example.org');
    const post = await scene.post(/Frees about/);
    const plan = wordsOf(post);
    expect(plan).toContain('Frees about **3.5 GB** on `pica01`');
    expect(plan).toContain('Empties the log of `pad.1`, over 2 GB');
    expect(plan).toContain('Image `r/pad:v1`, 1.5 GB');
    expect(plan).toContain(`\`${partial}\`, 2 MB`);
    expect(plan).not.toContain('r/pad:v2');
    expect([existsSync(partial), statSync(log).size, lab.docker.images.length]).toEqual([true, 2.5 * GB, 2]);
    await scene.who('alice').react(post.id, 'white_check_mark');
    const done = wordsOf(await scene.reads(post, /Done in/));
    expect(done).toContain('Freed about 4 GB on `pica01`: 3 things of 3.');
    expect([existsSync(partial), statSync(log).size]).toEqual([false, 0]);
    expect(lab.docker.images.map(({ id }) => id)).toEqual([USED]);
  });

  it('has nothing to do where nothing is unused', async () => {
    await open();
    await scene.say('alice', '@vigie clean pica01');
    const post = await scene.post(/Nothing to do/);
    expect(wordsOf(post)).toContain('`pica01` has no unused image, no oversized log and no `.partial` file older than a day.');
  });

  it('says so where Docker does not answer', async () => {
    lab.docker.complaint = 'Cannot connect to the Docker daemon';
    await open();
    await scene.say('alice', '@vigie clean pica01');
    expect(wordsOf(await scene.post(/Nothing to do/))).toContain('But its Docker does not answer');
  });

  it('asks again when a file has gone since', async () => {
    const { partial } = await fill();
    await open();
    await scene.say('alice', '@vigie clean pica01');
    const post = await scene.post(/Frees about/);
    await rm(partial);
    await scene.who('alice').react(post.id, 'white_check_mark');
    await scene.reads(post, /Out of date: nothing was done/);
    const again = wordsOf(await scene.post(/⏳[^]*Frees about/u));
    expect(again).toContain('− partial');
    expect(lab.docker.images).toHaveLength(2);
  });

  it('spares what went or is used by the time its turn comes', async () => {
    const { partial } = await fill();
    await open();
    await scene.say('alice', '@vigie clean pica01');
    const post = await scene.post(/Frees about/);
    lab.before = async (command) => {
      if (!command.includes('truncate')) return;
      await rm(partial);
      await lab.container('blog.1', OLD, 0);
    };
    await scene.who('alice').react(post.id, 'white_check_mark');
    const done = wordsOf(await scene.reads(post, /Done in/));
    expect(done).toContain('Freed about 2.5 GB on `pica01`: 1 thing of 3.');
    expect(done).toContain('`r/pad:v1` is in use again: kept');
    expect(done).toContain(`\`${partial}\` was gone already`);
    expect(lab.docker.images).toHaveLength(2);
  });

  it('says what it freed before it failed', async () => {
    await fill();
    await open();
    await scene.say('alice', '@vigie clean pica01');
    const post = await scene.post(/Frees about/);
    lab.before = (command) => (command.includes('image rm') ? { code: 1, stdout: '', stderr: 'no space left on device\n' } : undefined);
    await scene.who('alice').react(post.id, 'white_check_mark');
    const failed = wordsOf(await scene.reads(post, /Failed/));
    expect(failed).toContain('Freed about 2.5 GB on `pica01` before that: 1 thing of 3.');
    expect(failed).toContain('`docker image rm` failed on `pica01` (`no space left on device`)');
  });

  it('is not for somebody who only looks', async () => {
    await fill();
    await open();
    await scene.say('zoe', '@vigie clean pica01');
    await scene.post(/clean[^]*operator/u);
    expect(lab.commands).toEqual([]);
  });
});
