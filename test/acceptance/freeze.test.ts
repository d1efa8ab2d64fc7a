import { afterEach, describe, expect, it } from 'vitest';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { Scene, textOf, type SceneOptions } from './scene.ts';

const YES = 'white_check_mark';

let scene: Scene;
afterEach(() => scene.close());

async function open(options: SceneOptions = {}): Promise<void> {
  scene = await Scene.open(options);
}

/** What a person reads, with ordinary spaces. */
const wordsOf = (post: SeenPost): string => textOf(post).replaceAll('\u00a0', ' ');

async function ask(command: string, pattern: RegExp, who = 'alice'): Promise<string> {
  await scene.say(who, `@vigie ${command}`);
  return wordsOf(await scene.post(pattern));
}

describe('freeze', () => {
  it('refuses every change of its service to everybody, and says why, until when and how it ends', async () => {
    await open();
    const done = await ask('freeze pad until 3d the general meeting', /❄️ `pad` is frozen until .*: the general meeting/u);
    const id = /unfreeze (\w+)/u.exec(done)?.[1] ?? '';
    for (const command of ['scale pad 3', 'deploy pad v2', 'restart pad', 'scale pad 0 --emergency "it burns"', 'drain pica02'])
      expect(await ask(command, new RegExp(`🚫 \\*\\*${command.split(' ').slice(0, 2).join(' ')}`, 'u'), 'bob')).toMatch(
        new RegExp(`\`pad\` is frozen until .* by alice: the general meeting. Ask them, or end it with \`unfreeze ${id}\``, 'u'),
      );
    await ask('scale blog 2', /Waiting for/u);
    await ask('backup pad', /Done in|backup pad/u);
    await ask('status', /❄️ .*\*\*pad\*\* is frozen until .*alice: the general meeting/u);
    await ask('operations', /❄️ .*\*\*pad\*\* is frozen/u);
  });

  it('ends at its moment, over a restart', async () => {
    await open();
    await ask('freeze pad 30m upgrade', /is frozen until/u);
    await scene.stopVigie();
    await scene.startVigie();
    await ask('restart pad', /`pad` is frozen until/u);
    scene.clock.warp(31 * 60_000);
    await ask('scale pad 3', /Waiting for a ✅/u);
  });

  it('ends earlier with unfreeze, which its requester confirms', async () => {
    await open();
    await ask('freeze all until tomorrow holidays', /Everything is frozen until/u);
    await ask('restart pad', /Everything is frozen until .* by alice: holidays/u);
    await scene.say('bob', '@vigie unfreeze all');
    const post = await scene.post(/Waiting for a ✅/u);
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /Everything may be changed again/u);
    await ask('restart pad', /Waiting for a ✅/u);
  });

  it('of one service ends earlier as well, by its name', async () => {
    await open();
    await ask('freeze pad until tomorrow holidays', /`pad` is frozen until/u);
    await scene.say('bob', '@vigie unfreeze pad');
    const post = await scene.post(/Waiting for a ✅/u);
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /`pad` may be changed again/u);
    await ask('restart pad', /Waiting for a ✅/u);
  });

  it('stops what was approved before it', async () => {
    await open();
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/Waiting for a ✅/u);
    await ask('freeze pad 2h upgrade', /is frozen until/u);
    await scene.who('alice').react(post.id, YES);
    expect(wordsOf(await scene.reads(post, /Failed/u))).toContain('`pad` is frozen until');
    expect((await scene.swarm.service('pad')).replicas).toBe(2);
  });

  it('names what nobody knows, and wants a moment and a reason', async () => {
    await open();
    await ask('freeze pda 2h upgrade', /no service `pda`/u);
    await ask('freeze pad until tomorrow', /is no good `until`/u);
    await ask('freeze pad 90d exams', /longer than 60 days/u);
    await ask('unfreeze pad', /Nothing is frozen as `pad`/u);
  });

  it('speaks French', async () => {
    await open({ language: 'fr' });
    await ask('geler pad jusqu’à demain 18h assemblée générale', /❄️ `pad` est gelé jusqu’au .* à 18.h.*: assemblée générale/u);
    await ask('redémarrer pad', /`pad` est gelé jusqu’au .* à 18.h.* par alice.: assemblée générale\. Demande-lui/u);
  });
});
