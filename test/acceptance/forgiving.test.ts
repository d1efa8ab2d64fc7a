import { afterEach, describe, expect, it } from 'vitest';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { Scene, textOf, until } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const TAP = 'arrow_forward';
const YES = 'white_check_mark';

const react = (who: string, post: { readonly id: string }, emoji: string): Promise<unknown> => scene.who(who).react(post.id, emoji);
const operations = async () => await scene.store.operations.operations({ limit: 20 });
const marksOn = async (post: SeenPost): Promise<readonly string[]> =>
  (await scene.admin.me.reactions(post.id)).filter(({ user_id: user }) => user === scene.bot.id).map(({ emoji_name: emoji }) => emoji);

async function inThread(who: string, root: { readonly id: string }, text: string): Promise<SeenPost> {
  return await scene.who(who).say(scene.ops.id, text.replaceAll('@vigie', `@${scene.bot.username}`), { rootId: root.id });
}

describe('a refusal', () => {
  it('marks the post that asked, and offers what was meant to its author alone', async () => {
    scene = await Scene.open();
    const asked = await scene.say('alice', '@vigie depoly pad v2');
    const reply = await scene.reply(asked, /Did you mean `deploy`\?[^]*▶️ React with it and I run `deploy pad v2`/u);
    await until(async () => (await marksOn(asked)).includes('question'), 'the mark');
    await react('bob', reply, TAP);
    await react('alice', reply, YES);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await operations()).toEqual([]);
    await react('alice', reply, TAP);
    const plan = await scene.post(/deploy pad\*\* · `\w+` · @alice/u);
    expect(textOf(plan)).toContain('Waiting for a ✅');
  });

  it('is marked as forbidden, and the mark goes when its author says it rightly', async () => {
    scene = await Scene.open();
    const forbidden = await scene.say('zoe', '@vigie scale pad 3');
    await until(async () => (await marksOn(forbidden)).includes('no_entry_sign'), 'the mark');
    await scene.say('zoe', '@vigie services');
    await until(async () => (await marksOn(forbidden)).length === 0, 'the mark to go');
  });

  it('of a plan marks its post too, and offers the nearest name', async () => {
    scene = await Scene.open();
    const asked = await scene.say('alice', '@vigie scale pda 3');
    const reply = await scene.reply(asked, /There is no service `pda`[^]*▶️ React with it and I run `scale pad 3`/u);
    await until(async () => (await marksOn(asked)).includes('question'), 'the mark');
    await react('alice', reply, TAP);
    await scene.post(/^⏳ \*\*scale pad\*\*/u);
  });

  it.each([
    ['cancel blog', 'scale blog 0'],
    ['arrêter blog', 'scale blog 0'],
    ['stop blog', 'scale blog 0'],
    ['start blog', 'scale blog 1'],
    ['snapshot pad', 'backup pad'],
    ['hey you, restart blog', 'restart blog'],
    ['peux-tu relancer le blog', null],
    ['redemarer blog', 'redémarrer blog'],
    ['redemare blog', 'redémarrer blog'],
    ['restor pad', 'restore pad'],
    ['redémarre pica01', 'reboot pica01'],
    ['éteins pad', 'scale pad 0'],
    ['arrête pad', 'scale pad 0'],
    ['arrête pica01', 'stop pica01'],
    ['démarre blog', 'scale blog 1'],
    ['logs pad --sinse 1h', 'logs pad --since 1h'],
    ['frobnicate the pad', null],
    ['help depoly', 'help deploy'],
    ['reboot pad', 'restart pad'],
    ['drain alice', 'evacuate alice'],
    ['show pad', 'status pad'],
    ['migrer pad bob', null],
    ['tu peux me montrer les services', 'services'],
    ['montre-moi les services', 'services'],
    ['montre les alertes', 'alertes'],
    ['show me the vms', 'vms'],
    ['liste les machines', 'machines'],
  ])('of %j offers %j', async (command, offer) => {
    scene = await Scene.open();
    const asked = await scene.say('alice', `@vigie ${command}`);
    if (command.startsWith('peux-tu')) {
      await scene.post(/^⏳ \*\*restart blog\*\*/u);
      return;
    }
    const reply = await scene.reply(asked, /🚫/u);
    if (offer === null) expect(reply.message).not.toContain('▶️');
    else expect(reply.message).toContain(`▶️ React with it and I run \`${offer}\` for you.`);
  });
});

describe('an offer that is answered in words', () => {
  it.each(['yes', 'oui !', 'Yes please', '@vigie yes', '@vigie: oui'])('is taken by its author, once: %s', async (word) => {
    scene = await Scene.open();
    const asked = await scene.say('alice', '@vigie depoly pad v2');
    const reply = await scene.reply(asked, /▶️/u);
    await inThread('alice', asked, word);
    await scene.post(/^⏳ \*\*deploy pad\*\*/u);
    await inThread('alice', asked, 'yes');
    await react('alice', reply, TAP);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await operations()).toHaveLength(1);
    expect(await marksOn(asked)).toEqual([]);
  });

  it('is of a name that planning did not find taken the same way', async () => {
    scene = await Scene.open();
    const asked = await scene.say('alice', '@vigie scale pda 3');
    await scene.reply(asked, /▶️/u);
    await inThread('alice', asked, 'oui');
    await scene.post(/^⏳ \*\*scale pad\*\*/u);
  });

  it('is nobody else’s, none of another word, and none where nothing is offered', async () => {
    scene = await Scene.open();
    const before = await scene.say('alice', '@vigie services');
    await scene.post(/2 services/u);
    const asked = await scene.say('alice', '@vigie depoly pad v2');
    await scene.reply(asked, /▶️/u);
    await inThread('bob', asked, 'yes');
    await inThread('alice', asked, 'ok');
    await inThread('alice', asked, 'yes I know');
    await inThread('alice', before, 'yes');
    await inThread('bob', asked, '@vigie yes');
    await scene.reply(asked, /`approve` needs `OPERATION`/u);
    expect(await operations()).toEqual([]);
  });

  it('goes through all stages: who may not is refused', async () => {
    scene = await Scene.open();
    const asked = await scene.say('zoe', '@vigie depoly pad v2');
    await scene.reply(asked, /▶️/u);
    await inThread('zoe', asked, 'yes');
    await scene.reply(asked, /role `operator`/u);
    expect(await operations()).toEqual([]);
  });
});

describe('a refusal that nobody can tap on', () => {
  const slash = async (text: string): Promise<string> => {
    const user = scene.who('alice').id;
    const place = { channel: scene.ops.id, root: null, direct: false };
    return await scene.vigie.gateway.slash({ trigger: scene.mattermost.triggerOf(user), command: 'ops', text, user, ...place });
  };
  const local = async (text: string): Promise<string> => {
    const told: string[] = [];
    await scene.vigie.gateway.local({ account: 'root', text }, (line) => told.push(line), AbortSignal.timeout(5_000));
    return told.join('\n');
  };

  it.each([
    ['arrêter pad', /no operation `pad`.*Did you mean `scale pad 0`\?$/u],
    ['depoly pad v2', /Unknown action `depoly`\. Did you mean `deploy`\?$/u],
    ['hey you, restart blog', /Unknown action `hey`\. `help` lists what there is\. Did you mean `restart blog`\?$/u],
    ['frobnicate', /Unknown action `frobnicate`\. `help` lists what there is\.$/u],
  ])('says what was probably meant: %s', async (command, says) => {
    scene = await Scene.open();
    expect(await slash(command)).toMatch(says);
    expect(await local(command)).toMatch(new RegExp(says.source.replaceAll('`', ''), 'u'));
    expect(await operations()).toEqual([]);
  });
});

describe('what is quoted', () => {
  it.each([['> restart pad'], ['```\nrestart pad\n```'], ['> @vigie restart pad', true], ['```\n@vigie restart pad\n```', true]])(
    'is never run, and offered: %j',
    async (text, alone = false) => {
      scene = await Scene.open();
      const asked = await scene.say('alice', alone ? text : `@vigie\n${text}`);
      const reply = await scene.reply(asked, /You quote this, so I don't run it\.[^]*`restart pad`/u);
      expect(await operations()).toEqual([]);
      await react('alice', reply, TAP);
      await scene.post(/^⏳ \*\*restart pad\*\*/u);
    },
  );

  it('in the middle of talk between people is none of vigie’s business', async () => {
    scene = await Scene.open();
    await scene.say('alice', 'look:\n> @vigie restart pad');
    await scene.say('alice', '@vigie whoami');
    await scene.post(/You are/u);
    expect((await scene.vigiePosts()).filter(({ message }) => message.includes('quote'))).toEqual([]);
  });
});

describe('several commands in one post', () => {
  it('are done in their order, an operation each', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie\n- scale pad 3\n- @vigie scale blog 2\nthanks!');
    const first = await scene.post(/^⏳ \*\*scale pad\*\*/u);
    await until(async () => (await operations()).length === 2, 'both');
    expect((await operations()).map(({ state }) => state).toSorted()).toEqual(['received', 'waiting']);
    await react('alice', first, YES);
    await scene.post(/^⏳ \*\*scale blog\*\*/u);
  });

  it('stop at the first that is refused, or comes to no good end', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3\nservices foo\nscale blog 2');
    await scene.post(/`services` does not know what to do with `foo`/u);
    const first = await scene.post(/^⏳ \*\*scale pad\*\*/u);
    expect(await operations()).toHaveLength(1);
    await react('alice', first, 'x');
    await scene.say('alice', '@vigie scale pad 4\nscale blog 2');
    const again = await scene.post(/→ 4/u);
    await react('alice', again, 'x');
    await scene.post(/The line above it comes first, and `\w+` \(\*\*scale\*\*\) is refused/u);
  });
});

describe('the thread of an operation', () => {
  it.each([
    ['alice', 'ok', /^⚙️|^✅/u],
    ['alice', 'oui !', /^⚙️|^✅/u],
    ['alice', '@vigie yes', /^⚙️|^✅/u],
    ['bob', 'non', /Refused by bob/u],
    ['alice', 'stop', /Cancelled by alice/u],
    ['alice', '@vigie annuler', /Cancelled by alice/u],
  ])('is about it: %s says %j', async (who, word, becomes) => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/^⏳ \*\*scale pad\*\*/u);
    await inThread(who, post, word);
    await scene.reads(post, becomes);
  });

  it('counts a word for a danger as it counts `approve`, and only from who may', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 0');
    const post = await scene.post(/^⏳ \*\*scale pad\*\*/u);
    await inThread('alice', post, 'oui');
    await scene.reply(post, /somebody else has to approve/u);
    await inThread('zoe', post, 'oui');
    await scene.reply(post, /role `operator`/u);
    await inThread('bob', post, 'that is ok for me, I think');
    expect(textOf(await scene.admin.me.post(post.id))).toMatch(/^⏳/u);
    await inThread('bob', post, 'oui');
    await scene.reads(post, /^⚙️|^✅/u);
  });

  it('tells its story to whoever asks why', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/^⏳ \*\*scale pad\*\*/u);
    await inThread('zoe', post, 'pourquoi ?');
    await scene.reply(post, /\*\*scale pad\*\* · waiting · alice/u);
  });
});

describe('a vote without an id', () => {
  it('asks about the one that waits in the channel, and takes the answer', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 0');
    const post = await scene.post(/^⏳ \*\*scale pad\*\*/u);
    const asked = await scene.say('bob', '@vigie approve');
    const reply = await scene.reply(asked, /\*\*scale pad\*\*\?[^]*▶️/u);
    await react('bob', reply, TAP);
    await scene.reads(post, /^⚙️|^✅/u);
  });

  it('takes it in words too, of whoever it asked, and says what can be typed', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 0');
    const post = await scene.post(/^⏳ \*\*scale pad\*\*/u);
    const first = await scene.say('alice', '@vigie approve');
    await scene.reply(first, /▶️/u);
    await inThread('alice', first, 'yes');
    await scene.reply(first, /somebody else has to approve/u);
    const asked = await scene.say('bob', '@vigie approve');
    const { message } = await scene.reply(asked, /▶️/u);
    const typed = /Then `(approve \w+ \w+)`\./u.exec(message)?.[1];
    expect(message).toContain(`I run \`${typed}\` for you`);
    await inThread('bob', asked, 'yes');
    await scene.reads(post, /^⚙️|^✅/u);
  });
});

describe('an edited post', () => {
  it('that was not understood is offered in its new words', async () => {
    scene = await Scene.open();
    const asked = await scene.say('alice', '@vigie sclae pad 3');
    await scene.reply(asked, /Unknown action/u);
    await scene.who('alice').edit(asked, `@${scene.bot.username} scale pad 3`);
    const reply = await scene.reply(asked, /You changed this[^]*`scale pad 3`/u);
    await until(async () => (await marksOn(asked)).length === 0, 'the mark to go');
    expect(await operations()).toEqual([]);
    await react('alice', reply, TAP);
    await scene.post(/^⏳ \*\*scale pad\*\*/u);
  });

  it('that was acted on is not read again, and says so once', async () => {
    scene = await Scene.open();
    const asked = await scene.say('alice', '@vigie scale pad 3');
    await scene.post(/^⏳ \*\*scale pad\*\*/u);
    await scene.who('alice').edit(asked, `@${scene.bot.username} scale pad 4`);
    await scene.reply(asked, /I don't read edits of what I have acted on/u);
    await scene.who('alice').edit(asked, `@${scene.bot.username} scale pad 2`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await scene.admin.me.thread(asked.id)).filter(({ message }) => message.includes('edits'))).toHaveLength(1);
    expect(await operations()).toHaveLength(1);
  });
});

describe('the same request again', () => {
  it('says that it waits already, and asks nobody again', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/^⏳ \*\*scale pad\*\*/u);
    const again = await scene.say('bob', '@vigie scale pad 3');
    const reply = await scene.reply(again, /alice has asked for this already/u);
    expect(reply.message).toContain(`/_redirect/pl/${post.id})`);
    expect(await operations()).toHaveLength(1);
  });
});

describe('a change that is asked for elsewhere', () => {
  it('in a thread is answered there with a link to its post, which leads back', async () => {
    scene = await Scene.open();
    const talk = await scene.say('bob', 'the pad is slow');
    await inThread('alice', talk, '@vigie scale pad 3');
    const post = await scene.post(/^⏳ \*\*scale pad\*\*/u);
    expect(post.root_id).toBe('');
    expect(post.message).toContain(`/_redirect/pl/${talk.id})`);
    const reply = await scene.reply(talk, /in the channel where everybody sees it/u);
    expect(reply.message).toContain(`/_redirect/pl/${post.id})`);
  });

  it('in a direct message is answered there, refusals included', async () => {
    scene = await Scene.open();
    const alice = scene.who('alice');
    const { id } = await alice.dm(scene.bot.id);
    const asked = await alice.say(id, 'scale pad 3');
    const post = await scene.post(/^⏳ \*\*scale pad\*\*/u);
    const told = async (pattern: RegExp) =>
      await until(async () => (await alice.thread(asked.id)).find(({ message }) => pattern.test(message)), String(pattern));
    expect((await told(/everybody sees it/u)).message).toContain(`/_redirect/pl/${post.id})`);
    const wrong = await alice.say(id, 'scale pda 3');
    await until(async () => (await alice.thread(wrong.id)).some(({ message }) => /no service `pda`/u.test(message)), 'the refusal');
  });
});
