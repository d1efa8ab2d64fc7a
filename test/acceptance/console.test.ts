import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LabHosts } from '#test/lab/machines/lab-hosts.ts';
import { LabPower } from '#test/lab/machines/lab-power.ts';
import { readPng, recordedScreen } from '#test/lab/machines/recorded-screen.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';
import { Scene, textOf, type SceneOptions } from './scene.ts';

let scene: Scene;
let lab: LabPower;
afterEach(async () => {
  await scene.close();
  await lab.close();
});

async function open(options: SceneOptions = {}): Promise<void> {
  lab = await LabPower.open(new WarpClock(30));
  scene = await Scene.open({ ...options, systems: { power: lab.power, hosts: new LabHosts(lab.machines), ...options.systems } });
}

function wordsOf(post: SeenPost): string {
  return textOf(post).replaceAll(/[\u00a0\u202f]/gu, ' ');
}

const Files = z.array(z.looseObject({ id: z.string(), name: z.string() }));

/** The files beside a post, with their bytes. */
async function filesOf({ id }: SeenPost) {
  const { rest } = scene.admin.me;
  const found = await rest.ask(Files, 'GET', `/posts/${id}/files/info`);
  return await Promise.all(
    found.map(async ({ id: file, name }) => {
      const response = await fetch(`${rest.url}/api/v4/files/${file}`, { headers: { Authorization: `Bearer ${rest.token}` } });
      return { name, bytes: new Uint8Array(await response.arrayBuffer()) };
    }),
  );
}

async function ask(command: string, pattern: RegExp, who = 'alice'): Promise<SeenPost> {
  await scene.say(who, `@vigie ${command}`);
  return await scene.post(pattern);
}

describe('console', () => {
  it('shows the picture, and below it the words that stand on the screen', async () => {
    await open();
    const post = await ask('console alice', /🖥️/u);
    expect(wordsOf(post)).toMatch(
      /^🖥️ \*\*`alice`\*\* (?:today )?at \d\d:\d\d, on\n```\nDebian lab machine alice {2}\/dev\/tty1\n\nalice login:\n```$/u,
    );
    const [file] = await filesOf(post);
    expect(file?.name).toMatch(/^alice 720×400\.png$/u);
    expect(readPng(file?.bytes ?? new Uint8Array())).toMatchObject({ width: 720, height: 400 });
  });

  it('lets a kernel panic be searched for', async () => {
    await open();
    lab.alice.screen = recordedScreen('panic');
    expect(wordsOf(await ask('console alice', /🖥️/u))).toContain('Rebooting in 60 seconds');
  });

  it('is for those alone who may ask for dangers', async () => {
    await open();
    await scene.say('zoe', '@vigie console alice');
    await scene.post(/You may not run `console`/u);
    expect(lab.alice.looks).toBe(0);
  });

  it('is noted in the audit', async () => {
    await open();
    await ask('console alice', /🖥️/u);
    const audit = await scene.store.audit.entries({ since: 0, limit: 1_000 });
    expect(audit.at(-1)).toMatchObject({ kind: 'read', detail: { action: 'console', input: { screen: 'alice' } } });
  });

  it('has let go of the console when it answers: the power can be cut at once', async () => {
    await open();
    await ask('console alice', /🖥️/u);
    expect(lab.alice.session).toBe(false);
    const post = await ask('power-off alice --hard', /Waiting for/u);
    await scene.who('bob').react(post.id, 'white_check_mark');
    await scene.reads(post, /Done in/u);
  });

  it.each([
    [
      'a screen that is missing',
      () => (lab.alice.lab.display = false),
      'gives no picture (`the connection was closed`). Is a screen plugged in',
    ],
    ['somebody who looks already', () => (lab.alice.session = true), 'Somebody else looks at the console of `alice`'],
    ['a person who has to consent', () => (lab.alice.lab.consent = true), 'only to whoever types a code that stands on that screen'],
    ['a console that is switched off', () => (lab.alice.sap = false), 'The console of `alice` is switched off in its controller'],
    ['a wrong password', () => (lab.alice.vncPassword = 'Other!12'), 'refused its password'],
    ['a machine that is off', () => lab.alice.goOff(), '`alice` is off: `power-on alice` switches it on'],
    ['a controller that does not answer', () => (lab.alice.lab.drop = 99), 'The controller of `alice` does not answer'],
  ])('says in words what is in the way: %s', async (_what, arrange, words) => {
    await open();
    arrange();
    await scene.say('alice', '@vigie console alice');
    expect(wordsOf(await scene.post(/`alice`/u)).replaceAll('**', '')).toContain(words);
  });

  it('names the nearest where there is no such machine', async () => {
    await open();
    expect(wordsOf(await ask('console alise', /There is no machine or VM/u))).toContain('Did you mean `alice`?');
  });

  it('shows a VM by Proxmox, and says when that is off', async () => {
    await open();
    scene.hypervisor.screens.set('pica01', recordedScreen('login'));
    expect(wordsOf(await ask('console pica01', /🖥️/u))).toContain('alice login:');
    scene.hypervisor.known('pica01').startedAt = null;
    expect(wordsOf(await ask('console vm:pica01', /shows nothing/u))).toContain('`start pica01` starts it');
  });

  it('makes a large screen fit a phone, and says nothing where no letters are', async () => {
    await open();
    const [width, height] = [1_920, 1_080];
    lab.alice.screen = { width, height, rgb: new Uint8Array(width * height * 3).fill(200) };
    const post = await ask('console alice', /🖥️/u);
    expect(wordsOf(post)).not.toContain('```');
    const [file] = await filesOf(post);
    const picture = readPng(file?.bytes ?? new Uint8Array());
    expect([picture.width, picture.height]).toEqual([960, 540]);
  });

  it('adds a picture in its thread whenever the screen changes', async () => {
    await open();
    const post = await ask('console alice --watch 2m', /🖥️/u);
    expect(wordsOf(post)).toContain('watched for 2 min: a picture follows whenever it changes');
    lab.alice.screen = recordedScreen('panic');
    const second = await scene.reply(post, /Rebooting in 60 seconds/u);
    expect(await filesOf(second)).toHaveLength(1);
    lab.alice.goOff();
    await scene.reply(post, /is watched no more: `alice` is off/u);
    expect(await scene.admin.me.thread(post.id)).toHaveLength(3);
  });

  it('is watched by one person twice at most', async () => {
    await open();
    for (const name of ['alice', 'bob']) await ask(`console ${name} --watch 10m`, new RegExp(`🖥️ \\*\\*\`${name}\``, 'u'));
    expect(wordsOf(await ask('console alice --watch 2m', /being answered/u))).toContain('2 of your questions');
  });

  it('ends its watching with vigie', async () => {
    await open();
    await ask('console alice --watch 10m', /🖥️/u);
    await scene.stopVigie();
    const { looks } = lab.alice;
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(lab.alice.looks).toBe(looks);
  });

  it('speaks French', async () => {
    await open({ language: 'fr' });
    const post = await ask('écran alice --suivre 2m', /🖥️/u);
    expect(wordsOf(post)).toMatch(/^🖥️ \*\*`alice`\*\* .*, allumée · suivie pendant 2 min : une image suit à chaque changement/u);
  });
});
