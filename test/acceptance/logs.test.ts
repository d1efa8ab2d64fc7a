import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHosts } from '#adapters/hosts/create-hosts.ts';
import { VigieError } from '#kernel/errors.ts';
import { LabMachine } from '#test/lab/hosts/lab-machine.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { POLICY } from '#test/lab/parts.ts';
import { Scene, textOf, until, type SceneOptions } from './scene.ts';

let scene: Scene;
let lab: LabMachine;
beforeEach(async () => {
  lab = await LabMachine.open();
});
afterEach(async () => {
  await scene.close();
  await lab.close();
});

async function open(options: SceneOptions = {}): Promise<void> {
  scene = await Scene.open({
    ...options,
    systems: { hosts: createHosts([lab.machine('pica01', ['pica01.example.org'])]), ...options.systems },
  });
}

/** What a person reads, with ordinary spaces. */
const wordsOf = (post: SeenPost): string => textOf(post).replaceAll(/[\u00a0\u202f]/gu, ' ');

async function asked(words: string, pattern: RegExp): Promise<SeenPost> {
  await scene.say('alice', `@vigie ${words}`);
  return await scene.post(pattern);
}

const fileOf = async (post: SeenPost): Promise<string> =>
  (await scene.who('alice').rest.request('GET', `/files/${post.file_ids?.[0] ?? ''}`)).text;

/** As Filebeat ships a line of a container. */
function ship(text: string, agoMs: number, fields: Readonly<Record<string, string>> = {}): void {
  scene.search.index('filebeat-8.x', {
    '@timestamp': new Date(scene.clock.now() - agoMs).toISOString(),
    message: text,
    stream: 'stdout',
    host: { name: 'pica01' },
    container: { id: fields['id'] ?? 'c1', name: 'pad.1', labels: { com_docker_swarm_service_name: fields['service'] ?? 'pad' } },
  });
}

describe('the logs of a service', () => {
  it('are those of the Swarm and of Filebeat by time, each once', async () => {
    await open();
    ship('from a task that is gone', 120_000);
    scene.swarm.say('pad', 'stdout', 'said now');
    ship('said now', 0);
    const text = wordsOf(await asked('logs pad', /lines in the last/u));
    expect(text).toContain('**pad**: 4 lines in the last 10 min, 1 of them from Filebeat\n```\nfrom a task that is gone\n');
    expect(text.match(/said now/gu)).toHaveLength(1);
  });

  it('keep a trace together, and show the whole of it where a part or a level is asked for', async () => {
    await open();
    const trace = ['Traceback (most recent call last):', '  File "/app/pad.py", line 12, in save', 'ValueError: too long'];
    for (const line of ['GET / 200', ...trace, 'GET /p 200']) scene.swarm.say('pad', 'stderr', line);
    const found = wordsOf(await asked('logs pad --grep pad.py', /with `pad\.py`/u));
    expect(found).toContain(`**pad**: 1 line in the last 10 min with \`pad.py\`\n\`\`\`\n${trace.join('\n')}\n\`\`\``);
    const grave = wordsOf(await asked('logs pad --level error', /of level/u));
    expect(grave).toContain(`**pad**: 1 line of level \`error\` or graver in the last 10 min\n\`\`\`\n${trace.join('\n')}\n\`\`\``);
    expect(grave).toContain('4 lines say no level: without `--level` they are shown.');
  });

  it('keep a trace of Filebeat together too, whose other lines say nothing of what is looked for', async () => {
    await open();
    const trace = [
      'java.lang.IllegalStateException: boom',
      '\tat org.example.Pad.save(Pad.java:12)',
      '\tat org.example.Pad.main(Pad.java:3)',
    ];
    for (const [nth, line] of ['before', ...trace, 'behind'].entries()) ship(line, 60_000 - nth);
    const text = wordsOf(await asked('logs pad --grep pad.save', /with/u));
    expect(text).toContain(trace.join('\n'));
    expect(text).not.toContain('behind');
  });

  it('come up to a moment as well, in both languages', async () => {
    await open();
    ship('long ago', 3_000_000);
    ship('a while ago', 1_500_000);
    const text = wordsOf(await asked('logs pad --since 1h --until "20 min ago"', /\*\*pad\*\*/u));
    expect(text).toMatch(/^\*\*pad\*\*: 2 lines from (?:\d+ \w+ at )?\d\d:\d\d until (?:\d+ \w+ at )?\d\d:\d\d, 2 of them from Filebeat/u);
    expect(text).not.toContain('listening');
    const french = await asked('journaux pad --depuis 1h --jusqu’à "il y a 40 min" --contient ago', /with `ago`/u);
    expect(wordsOf(french)).toContain('long ago');
    expect(wordsOf(french)).not.toContain('a while ago');
    await scene.say('alice', '@vigie logs pad --since 10m --until "1 h ago"');
    expect(wordsOf(await scene.post(/is not behind the beginning/u))).toContain('give `--since` a moment before `--until`');
  });

  it('speak French', async () => {
    await open({ language: 'fr' });
    scene.swarm.say('pad', 'stderr', 'ERROR boom');
    const text = wordsOf(await asked('journaux pad --niveau erreur', /niveau/u));
    expect(text).toContain('**pad** : 1 ligne de niveau `erreur` ou plus grave en 10 min\n```\nERROR boom\n```');
    expect(text).toContain('2 lignes ne disent aucun niveau : sans `--niveau`, elles sont montrées.');
  });

  it('are told from Filebeat where Docker does not answer, and that they are', async () => {
    await open();
    ship('the last words', 1_000);
    scene.swarm.beUnreachable();
    const text = wordsOf(await asked('logs pad', /the last words/u));
    expect(text).toContain('⚠️ This is from Filebeat alone: Docker on `lab` does not answer');
  });

  it('are told from the Swarm where Elasticsearch fails, and that it did', async () => {
    await open();
    scene.search.faults.all('refused');
    const text = wordsOf(await asked('logs pad', /listening/u));
    expect(text).toContain('⚠️ Elasticsearch `main` was not asked to the end: ');
  });

  it('are told of whom Filebeat alone knows, a machine or a service; an unknown name is refused', async () => {
    await open();
    ship('of a machine that nobody configured', 1_000, { service: 'else' });
    scene.search.index('filebeat-8.x', {
      '@timestamp': new Date(scene.clock.now() - 1_000).toISOString(),
      message: 'of nothing in a container',
      host: { name: 'pica09' },
    });
    expect(wordsOf(await asked('logs pica09', /of nothing/u))).toContain('**pica09**: 1 line in the last 10 min, 1 of them from Filebeat');
    expect(wordsOf(await asked('logs else', /that nobody configured/u))).toContain('**else**: 1 line');
    expect(wordsOf(await asked('logs nobody', /`nobody`/u))).toContain('There is no service `nobody`');
  });

  it('never show a secret, nor an escape that a screen obeys, in the post as in the file', async () => {
    const secret = 'hunter2-of-the-database';
    await open({ parts: { secrets: [secret] } });
    // Cut for a phone in the middle of it.
    scene.swarm.say('pad', 'stdout', `${'x'.repeat(230)} ${secret}`);
    for (let nth = 0; nth < 20; nth += 1) scene.swarm.say('pad', 'stdout', `password=${secret} \u001b[31mred \u202egnp.exe`);
    ship(`again ${secret} \u001b[2J`, 500);
    const post = await asked('logs pad', /in the file/u);
    const file = await fileOf(post);
    for (const text of [textOf(post), file]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain('hunter2');
      expect(['\u001b', '\u202e'].filter((sign) => text.includes(sign))).toEqual([]);
      expect(text).toContain('␛[31mred ⟨U+202E⟩gnp.exe');
    }
    expect(file).toContain('again ');
  });
});

describe('the journal of a machine', () => {
  const fill = (): void => {
    const now = scene.clock.now();
    lab.journal.say(now - 240_000, 'ssh', 6, 'Accepted publickey for vigie');
    lab.journal.say(now - 180_000, 'smartd', 2, [...Buffer.from('Device /dev/sda: \u001b[1mFAILED\u001b[0m')]);
    lab.journal.say(now - 120_000, 'docker', 6, 'time="x" level=error msg="no route"');
  };

  it('is shown with times, units and priorities', async () => {
    await open();
    fill();
    const text = wordsOf(await asked('logs pica01', /3 lines/u));
    expect(text).toMatch(/^\*\*pica01\*\*: 3 lines in the last 10 min\n```\n\d\d:\d\d:\d\d ssh: Accepted publickey for vigie\n/u);
    expect(text).toMatch(/\d smartd crit: Device \/dev\/sda: ␛\[1mFAILED␛\[0m\n/u);
    expect(text).toMatch(/\d docker err: time="x" level=error/u);
  });

  it('is shown by level', async () => {
    await open();
    fill();
    const text = wordsOf(await asked('logs pica01 --level critical', /of level `critical`/u));
    expect(text).toContain('smartd crit');
    expect(text).not.toContain('docker');
  });

  it('is merged with what Filebeat sent of the machine, without its containers', async () => {
    await open();
    fill();
    const at = (agoMs: number): string => new Date(scene.clock.now() - agoMs).toISOString();
    const syslog = (message: string, agoMs: number) =>
      scene.search.index('filebeat-8.x', {
        '@timestamp': at(agoMs),
        message,
        host: { name: 'pica01' },
        log: { file: { path: '/var/log/syslog' } },
      });
    syslog('Nov 29 03:12:09 pica01 sshd[71]: Accepted publickey for vigie', 239_500);
    syslog('Nov 29 03:12:09 pica01 cron[9]: ran', 200_000);
    ship('a line of a container', 100_000);
    for (let nth = 0; nth < 600; nth += 1)
      scene.search.index('filebeat-8.x', { '@timestamp': at(nth), host: { name: 'pica01' }, http: { response: { status_code: 200 } } });
    const text = wordsOf(await asked('logs pica01', /lines in the last/u));
    expect(text).toContain('4 lines in the last 10 min, 1 of them from Filebeat\n');
    expect(text).toContain('cron[9]: ran');
    expect(text).not.toContain('a line of a container');
  });

  it('of a machine that is dead is what Filebeat heard last, its containers included', async () => {
    await open();
    lab.before = () => {
      throw new VigieError('ssh_unreachable', { host: 'root@pica01:22', reason: 'no route' });
    };
    ship('the last words of the pad', 100_000);
    const text = wordsOf(await asked('logs pica01', /the last words/u));
    expect(text).toContain('pad.1: the last words of the pad');
    expect(text).toContain('⚠️ This is from Filebeat alone: ');
  });

  it('that the account may not see is refused, with the group that it lacks, in both languages', async () => {
    await open();
    lab.journal.account = 'own';
    expect(wordsOf(await asked('logs pica01', /may not see/u))).toContain(
      '`usermod --append --groups systemd-journal ACCOUNT` (or the group `adm`)',
    );
    await scene.close();
    await open({ language: 'fr' });
    expect(wordsOf(await asked('journaux pica01', /n’a pas le droit/u))).toContain('(ou le groupe `adm`)');
  });
});

describe('following', () => {
  it('shows lines as they come, and ends by itself', async () => {
    await open({ speed: 8 });
    await scene.say('alice', '@vigie logs pad --follow 1m');
    const post = await scene.post(/wrote nothing.* so far/u);
    scene.swarm.say('pad', 'stdout', 'said while looking on');
    await scene.reads(post, /said while looking on/u);
    expect(wordsOf(await scene.reads(post, /🛑 ends it/u))).toMatch(/\*\*pad\*\*: 1 line, until \d\d:\d\d; 🛑 ends it/u);
    scene.swarm.say('pad', 'stderr', 'and more');
    const over = wordsOf(await scene.reads(post, /✅ \*\*follow pad\*\*/u));
    expect(over).toContain('**pad**: 2 lines in 1 min\n```\nsaid while looking on\nand more\n```');
    // An edit that nobody needs to be told of.
    expect(await scene.transcript()).not.toMatch(/is done/u);
  });

  it('is stopped by 🛑, in French', async () => {
    await open({ speed: 8, language: 'fr' });
    await scene.say('alice', '@vigie journaux pad --suivre 10m --contient pad');
    const post = await scene.post(/n’a encore rien écrit/u);
    scene.swarm.say('pad', 'stdout', 'the pad says');
    await scene.reads(post, /the pad says/u);
    await scene.who('alice').react(post.id, 'octagonal_sign');
    const over = wordsOf(await scene.reads(post, /⏹️/u));
    expect(over).toContain('Annulée par alice');
    expect(over).toContain('the pad says');
    expect(over).not.toContain('l’arrête');
  });

  it('goes on after a restart, and ends when it would have ended', async () => {
    await open({ speed: 8 });
    await scene.say('alice', '@vigie follow pad 1m');
    const post = await scene.post(/wrote nothing.* so far/u);
    scene.swarm.say('pad', 'stdout', 'before the restart');
    await scene.reads(post, /before the restart/u);
    await scene.stopVigie();
    scene.swarm.say('pad', 'stdout', 'while nobody looked');
    await scene.clock.sleep(70_000);
    scene.swarm.say('pad', 'stdout', 'too late');
    await scene.startVigie();
    const over = wordsOf(await scene.reads(post, /✅ \*\*follow pad\*\*/u));
    expect(over).toContain('before the restart\nwhile nobody looked');
    expect(over).not.toContain('too late');
  });

  it('gives what the post does not hold as a file', async () => {
    await open({ speed: 8 });
    await scene.say('alice', '@vigie follow pad 1m');
    const post = await scene.post(/wrote nothing.* so far/u);
    for (let nth = 1; nth <= 30; nth += 1) scene.swarm.say('pad', 'stdout', `line ${nth}`);
    expect(wordsOf(await scene.reads(post, /✅/u))).toContain('**pad**: 30 lines in 1 min, the last ones here, more in the file below');
    const reply = await scene.reply(post, /is done/u);
    expect((await fileOf(reply)).trim().split('\n')).toHaveLength(30);
  });

  it('says that nothing is heard, and goes on', async () => {
    await open({ speed: 8 });
    await scene.say('alice', '@vigie follow pad 1m');
    const post = await scene.post(/wrote nothing.* so far/u);
    scene.swarm.beUnreachable();
    expect(wordsOf(await scene.reads(post, /Nothing is heard/u))).toContain('Docker on `lab` does not answer');
    scene.swarm.beUnreachable(null);
    scene.swarm.say('pad', 'stdout', 'back again');
    expect(wordsOf(await scene.reads(post, /✅/u))).toContain('back again');
  });

  it('may be asked for by whoever may look, and by nobody to whom the policy refuses the logs', async () => {
    await open({ policy: { ...POLICY, rules: [{ match: { action: 'logs', target: 'blog' }, set: { roles: ['operator'] } }] } });
    await scene.say('zoe', '@vigie logs blog');
    await scene.post(/only operator may do that|may not|not allowed/iu);
    for (const words of ['follow blog 1m', 'logs blog --follow 1m']) {
      const before = (await scene.vigiePosts()).length;
      await scene.say('zoe', `@vigie ${words}`);
      await until(async () => (await scene.vigiePosts()).length > before, 'an answer');
      expect(textOf((await scene.vigiePosts()).at(-1) ?? (await Promise.reject(new Error('none'))))).toMatch(/🚫/u);
    }
    await scene.say('zoe', '@vigie logs pad --follow 1m');
    await scene.post(/\*\*follow pad\*\*/u);
  });

  it('is bounded', async () => {
    await open({ speed: 8 });
    expect(wordsOf(await asked('follow pad 1h', /too long to look on/u))).toContain('at most 10 min');
  });
});
