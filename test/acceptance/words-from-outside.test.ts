import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '#app/app/log.ts';
import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { Scene, textOf } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const TITLE = '\u001b]0;owned\u0007';
const BACKWARDS = 'exe.\u202egnp';
const NOTHING_OBEYED = /[\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|(?!\n)\p{Cc}/u;

async function typed(text: string): Promise<string> {
  const told: string[] = [];
  await scene.vigie.gateway.local({ account: 'root', text }, (line) => told.push(line), AbortSignal.timeout(5_000));
  return told.join('\n');
}

describe("a container's log", () => {
  it('gives no order to the terminal of `vigie do`', async () => {
    scene = await Scene.open();
    scene.swarm.say('pad', 'stdout', `${TITLE} ${BACKWARDS} \u009b2J \u001b[8mhidden\u001b[0m`);
    const said = await typed('logs pad');
    expect(said).toContain('␛]0;owned␇ exe.⟨U+202E⟩gnp ⟨U+009B⟩2J ␛[8mhidden␛[0m');
    expect(said).not.toMatch(NOTHING_OBEYED);
  });

  it('turns no text around in a code block of the chat, nor in the file that goes along', async () => {
    scene = await Scene.open();
    for (let line = 0; line < 20; line += 1) scene.swarm.say('pad', 'stdout', `${line} ${TITLE} ${BACKWARDS} @all https://evil.example`);
    await scene.say('alice', '@vigie logs pad');
    const post = await scene.post(/lines in the last/u);
    expect(textOf(post)).toContain('```\n8 ␛]0;owned␇ exe.⟨U+202E⟩gnp @all https://evil.example');
    expect(textOf(post)).not.toMatch(NOTHING_OBEYED);
    const [id = ''] = post.file_ids ?? [];
    const { text: file } = await scene.who('alice').rest.request('GET', `/files/${id}`);
    expect(file).toContain('␛]0;owned␇ exe.⟨U+202E⟩gnp');
    expect(file).not.toMatch(NOTHING_OBEYED);
  });
});

describe('a server that repeats the headers that it was sent', () => {
  const PASSWORD = 'correct horse "battery" stäple';
  const PLAIN = Buffer.from(`elastic:${PASSWORD}`).toString('base64');
  let echo: Server;
  afterEach(() => echo.close());

  async function echoing(): Promise<string> {
    echo = createServer((request, response) => {
      const { authorization = '' } = request.headers;
      const password = Buffer.from(authorization.slice('Basic '.length), 'base64').toString().slice('elastic:'.length);
      const reason = `rejected ${authorization} of ${password}, ${encodeURIComponent(password)}`;
      response.writeHead(401, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
      response.end(JSON.stringify({ error: { type: 'illegal_argument_exception', reason }, status: 401 }));
    });
    await new Promise<void>((listening) => echo.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
  }

  it('gets no password into a post, an answer, the log, a page or the store', async () => {
    const lines: string[] = [];
    const pages: string[] = [];
    const search = connectSearch({ cluster: 'main', urls: [await echoing()], auth: { username: 'elastic', password: PASSWORD } });
    scene = await Scene.open({
      speed: 60,
      elasticsearch: search,
      rules: [rule({ name: 'disk', severity: 'critical' })],
      parts: {
        secrets: [PASSWORD],
        log: createLog('debug', [PASSWORD], (line) => void lines.push(line)),
        pagers: new Map([
          [
            'phone',
            {
              name: 'phone',
              minSeverity: 'info',
              page: async (page) => void pages.push(JSON.stringify(page)),
              close: async () => undefined,
            },
          ],
        ]),
      },
    });
    await scene.say('alice', '@vigie metrics pica01 cpu');
    const answer = await scene.post(/rejected/u);
    const said = await typed('metrics pica01 cpu');
    await scene.post(/blind since/u);
    await scene.vigie.stop();
    const folder = scene.folder;
    const stored = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join('\n');
    const posts = (await scene.vigiePosts()).map((post) => JSON.stringify(post)).join('\n');
    expect(textOf(answer)).toContain('secret');
    expect(stored).toContain('[secret]');
    for (const out of [posts, said, lines.join(''), pages.join(''), stored]) {
      for (const form of [
        PASSWORD,
        JSON.stringify(PASSWORD).slice(1, -1),
        encodeURIComponent(PASSWORD),
        PLAIN,
        PLAIN.slice(12, 30),
        'horse',
        'battery',
      ])
        expect(out).not.toContain(form);
      expect(out).not.toContain(Buffer.from(PASSWORD).toString('latin1'));
    }
    await search.close();
  }, 30_000);
});

describe('a name that somebody wrote into a document', () => {
  it('becomes no link, no mention and no emoji in the post of an alert, where the address of the rule stays one', async () => {
    const subject = { text: 'see https://wiki.example/disk: {0}', args: ['host.name'] };
    const watched = rule({ bufferTimeMs: 300_000, runEveryMs: 10_000, subject, text: subject });
    scene = await Scene.open({ rules: [watched] });
    const at = new Date(scene.clock.now()).toISOString();
    const name = 'https://evil.example/x www.evil.example @all :lock: \u202e\u001b[2J';
    scene.search.index('metricbeat-7', { '@timestamp': at, host: { name }, system: { filesystem: { used: { pct: 0.99 } } } });
    const shown = textOf(await scene.post(/Disk almost full/u)).replaceAll(/`[^`]*`/gu, '');
    expect(shown).toContain('see https://wiki.example/disk: https:\u200b//evil');
    expect(shown).toContain('⟨U+202E⟩␛\\[2J');
    expect(shown).not.toMatch(/https:\/\/evil|www\.evil|@all|:lock:/u);
    expect(shown).not.toMatch(NOTHING_OBEYED);
  });
});
