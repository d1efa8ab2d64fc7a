import { afterEach, describe, expect, it } from 'vitest';
import type { Rule } from '#domain/alert/rule.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { Scene, textOf } from '../scene.ts';

/** The rule looks back five minutes. */
const watched: Rule = rule({ name: 'disk', bufferTimeMs: 300_000, runEveryMs: 10_000, queryKey: ['host.name'], severity: 'critical' });
let scene: Scene;
let feeding: NodeJS.Timeout | undefined;
afterEach(async () => {
  clearInterval(feeding);
  await scene.close();
});

/** Hosts report all the time; the disk of one of them is full. */
async function watching(change: Partial<Rule> = {}, host = 'pad'): Promise<SeenPost> {
  scene = await Scene.open({ rules: [{ ...watched, ...change }] });
  fill(host, 0.95);
  return await scene.post(/🔴 \*\*\w+\*\* · Disk almost full/u);
}

function fill(host: string, pct: number): void {
  clearInterval(feeding);
  const report = (): void => {
    const at = new Date(scene.clock.now()).toISOString();
    scene.search.index('metricbeat-7', { '@timestamp': at, host: { name: host }, system: { filesystem: { used: { pct } } } });
  };
  report();
  feeding = setInterval(report, 100);
}

async function say(text: string, pattern: RegExp): Promise<SeenPost> {
  await scene.say('alice', `@vigie ${text}`);
  return await scene.post(pattern);
}

describe('an alert in the channel', () => {
  it('shows what is wrong, is taken with 👀, and is over when it is over', async () => {
    const post = await watching();
    expect(textOf(post)).toMatch(/`pad` \*\*95%\*\* \(limit 90%\)/u);
    await scene.who('alice').react(post.id, 'eyes');
    await scene.reads(post, /Taken by alice/u);
    await scene.reply(post, /👀 alice takes care of it/u);
    fill('pad', 0.5);
    scene.clock.warp(320_000);
    await scene.reads(post, /Over after/u);
    await scene.reply(post, /✅ pad: over after/u);
  });

  it('is not taken by somebody who may only look', async () => {
    const post = await watching();
    await scene.who('zoe').react(post.id, 'eyes');
    await scene.who('bob').react(post.id, 'eyes');
    await scene.reads(post, /Taken by bob/u);
    expect((await scene.admin.me.thread(post.id)).some((each) => /zoe/u.test(each.message))).toBe(false);
  });

  it('is taken by who reacted while vigie was away', async () => {
    const post = await watching();
    await scene.stopVigie();
    await scene.who('bob').react(post.id, 'eyes');
    await scene.startVigie();
    await scene.reads(post, /Taken by bob/u);
  });

  it('is silenced with 🔕 for an hour', async () => {
    const post = await watching();
    await scene.who('alice').react(post.id, 'no_bell');
    await scene.reply(post, /🔕 alice silenced it until/u);
    await scene.reads(post, /🔕 silenced until/u);
  });

  it('offers a remedy that ▶️ starts, with its ordinary approval', async () => {
    const post = await watching({ remedy: 'restart {host.name}' });
    expect(textOf(post)).toMatch(/Remedy: ▶️ `restart pad`/u);
    await scene.who('bob').react(post.id, 'arrow_forward');
    await scene.reply(post, /\*\*restart pad\*\*, in the channel where everybody sees it/u);
    const plan = await scene.post(/\*\*restart pad\*\* · `\w+` · @bob/u);
    await scene.reply(post, /▶️ bob started `restart pad`/u);
    await scene.who('bob').react(plan.id, 'white_check_mark');
    await scene.reads(plan, /Done in/u);
    await scene.who('alice').react(post.id, 'arrow_forward');
    await scene.reply(post, /🚫 `restart pad` was not started: A remedy was started for `pad` within the last hour/u);
  });

  it('starts no remedy for a name that the configuration does not know', async () => {
    const post = await watching({ remedy: 'restart {host.name}' }, 'evil');
    await scene.who('bob').react(post.id, 'arrow_forward');
    await scene.reply(post, /🚫 `restart evil` was not started: `restart evil` is no remedy/u);
  });

  it('starts no remedy for somebody who may not run it', async () => {
    const post = await watching({ remedy: 'restart {host.name}' });
    await scene.who('zoe').react(post.id, 'arrow_forward');
    await scene.reply(post, /🚫 `restart pad` was not started: You may not run `restart`/u);
  });
});

describe('typed', () => {
  it('alerts, ack, silence, unsilence and rules do what the reactions do', async () => {
    const post = await watching();
    const id = /· `(\w{3,5})`/u.exec(textOf(post))?.[1] ?? '';
    await say('alerts', new RegExp(`🔴 \`${id}\` \\*\\*disk\\*\\* \`pad\` · 95%`, 'u'));
    await say(`ack ${id}`, /👀 `\w+` is yours/u);
    await scene.reads(post, /Taken by alice/u);
    await say(`ack ${id} the disk is being swapped`, /👀 `\w+` is yours.*/u);
    await scene.reply(post, /👀 alice takes care of it: the disk is being swapped/u);
    const silenced = await say('silence host.name=pad 2h cleaning up', /🔕 Silence `\w+` until/u);
    const silence = /Silence `(\w+)`/u.exec(textOf(silenced))?.[1] ?? '';
    expect(textOf(silenced)).toMatch(/Covers 1 firing alert|Silence/u);
    await say('alerts', new RegExp(`Silences:\n- 🔕 \`${silence}\` \`host.name=pad\` until .* alice: cleaning up`, 'u'));
    await say(`unsilence ${silence}`, new RegExp(`🔔 The silence \`${silence}\` is over`, 'u'));
    await say('rules', /1 rule in force.*🔥 \*\*disk\*\* · critical · 1 firing/su);
  });

  it('ack all takes what nobody has taken, and leaves the rest to those who have it', async () => {
    const post = await watching();
    await say('ack all', /👀 `\w+` is yours/u);
    await scene.reads(post, /Taken by alice/u);
    await scene.say('bob', '@vigie ack all');
    await scene.post(/There is no alert that nobody has taken/u);
    await scene.reads(post, /Taken by alice/u);
  });

  it('status shows how things stand in one look', async () => {
    await watching();
    const seen = textOf(await say('status', /🔥 \d firing/u));
    expect(seen).toMatch(/^🔥 .*- `\w+` \*\*disk\*\* `pad` · critical.*🟢 2 nodes \(leader `pica01`\), 2 services · .*the rest is well/su);
  });

  it('rules test tells how often a rule would have fired', async () => {
    await watching({ runEveryMs: 60_000 });
    await say('rules test disk --since 30m', /`disk` would have fired 1 time since .* for 1 key:\n- .* `pad` · 0\.95/u);
    await say('rules test dsik', /There is no rule `dsik` that can be tested. Did you mean `disk`\?/u);
  });

  it('wrong matchers are answered with what is firing', async () => {
    await watching();
    const asked = await scene.say('alice', '@vigie silence dsik 2h typo');
    await say('operations', /./u);
    expect(textOf(await scene.post(/is neither an alert/u))).toMatch(
      /`dsik` is neither an alert, a rule nor a host.*`rule=disk`.*`host.name=pad`/u,
    );
    expect(asked.id).not.toBe('');
  });

  it('what is unknown is answered with the nearest', async () => {
    const post = await watching();
    const id = /· `(\w{3,5})`/u.exec(textOf(post))?.[1] ?? '';
    await say(`ack ${id}x`, new RegExp(`There is no alert \`${id}x\`. Did you mean \`${id}\``, 'u'));
    await say('unsilence zzz', /There is no silence `zzz` in force/u);
  });
});
