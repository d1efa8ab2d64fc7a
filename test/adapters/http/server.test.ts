import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHttp, type HttpServer } from '#adapters/http/server.ts';
import { createBlot } from '#kernel/blot.ts';
import { systemClock } from '#kernel/clock.ts';
import type { ButtonClick, SlashCommand } from '#ports/gateway.ts';

const TOKEN = 'a'.repeat(26);
const OTHER_TOKEN = 'b'.repeat(26);
const ID = 'abcdefghijklmnopqrstuvwxyz';
const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

const said: SlashCommand[] = [];
const clicked: ButtonClick[] = [];
let server: HttpServer;
let healthy = true;
beforeAll(async () => {
  server = await startHttp({
    host: '127.0.0.1',
    port: 0,
    mattermost: { url: 'http://127.0.0.1:1', slashTokens: [TOKEN, OTHER_TOKEN] },
    gateway: {
      slash: async (command) => {
        said.push(command);
        if (command.text === 'break') throw new Error('the password is hunter2');
        return 'understood';
      },
      click: async (click) => {
        clicked.push(click);
        return '';
      },
      local: async () => ({ ok: true }),
    },
    clock: systemClock,
    ready: async () => [{ name: 'store', ok: healthy, detail: '' }],
    metrics: { contentType: 'text/plain', text: async () => 'vigie_chat_connected 1\n' },
    log: { warn: () => undefined },
  });
});
afterAll(() => server.close());
beforeEach(() => {
  said.length = 0;
  clicked.length = 0;
  healthy = true;
});

/** What Mattermost sends for `/ops help`; null takes a field away. */
function command(change: Readonly<Record<string, string | null>> = {}): string {
  const fields = {
    token: TOKEN,
    trigger_id: 'trigger',
    command: '/ops',
    text: ' help ',
    user_id: ID,
    channel_id: ID,
    channel_name: 'ops',
    root_id: '',
    response_url: '',
    ...change,
  };
  const given = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== null);
  return new URLSearchParams(given).toString();
}
function click(change: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ user_id: ID, channel_id: ID, post_id: ID, trigger_id: 'trigger', context: { operation: 'p7k' }, ...change });
}
async function send(path: string, body: string | null, type: string | null, method = 'POST'): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${server.url}${path}`, { method, body, headers: type === null ? {} : { 'Content-Type': type } });
  return { status: answer.status, text: await answer.text() };
}

describe('a slash command', () => {
  it('is handed on with what Mattermost says of it, and answered to its author alone', async () => {
    expect(await send('/mattermost/command', command(), FORM)).toEqual({
      status: 200,
      text: '{"response_type":"ephemeral","text":"understood"}',
    });
    expect(said).toEqual([{ trigger: 'trigger', command: 'ops', text: 'help', user: ID, channel: ID, root: null, direct: false }]);
  });

  it('may carry any of the configured tokens: each shortcut has its own', async () => {
    expect((await send('/mattermost/command', command({ token: OTHER_TOKEN, command: '/Deploy' }), FORM)).status).toBe(200);
    expect(said[0]?.command).toBe('deploy');
  });

  it('knows a direct message, and the thread in which it was typed', async () => {
    await send('/mattermost/command', command({ channel_name: `${ID}__${ID}`, root_id: ID }), FORM);
    expect(said[0]).toMatchObject({ direct: true, root: ID });
  });

  const UNAUTHORIZED = '{"error":"the token is none of http.slash_tokens"}';
  const missing = (field: string): string => `{"error":"the field ${field} is missing or malformed"}`;
  it.each<[what: string, sent: { body: string; type: string | null }, answered: { status: number; text: string | RegExp }]>([
    ['no token', { body: command({ token: null }), type: FORM }, { status: 401, text: UNAUTHORIZED }],
    ['an empty token', { body: command({ token: '' }), type: FORM }, { status: 401, text: UNAUTHORIZED }],
    ['another token', { body: command({ token: 'c'.repeat(26) }), type: FORM }, { status: 401, text: UNAUTHORIZED }],
    ['a token that merely begins well', { body: command({ token: TOKEN.slice(0, 25) }), type: FORM }, { status: 401, text: UNAUTHORIZED }],
    ['a token with something behind it', { body: command({ token: `${TOKEN}\n` }), type: FORM }, { status: 401, text: UNAUTHORIZED }],
    ['the token twice', { body: `${command()}&token=${TOKEN}`, type: FORM }, { status: 401, text: UNAUTHORIZED }],
    ['the token in the query alone', { body: command({ token: null }), type: FORM }, { status: 401, text: UNAUTHORIZED }],
    ['an empty body', { body: '', type: FORM }, { status: 401, text: UNAUTHORIZED }],
    ['text instead of a form', { body: 'help', type: 'text/plain' }, { status: 401, text: UNAUTHORIZED }],
    ['JSON that is no object', { body: '[1]', type: JSON_TYPE }, { status: 401, text: UNAUTHORIZED }],
    ['null', { body: 'null', type: JSON_TYPE }, { status: 401, text: UNAUTHORIZED }],
    ['broken JSON', { body: '{"token":', type: JSON_TYPE }, { status: 400, text: /not valid JSON/u }],
    ['an empty JSON body', { body: '', type: JSON_TYPE }, { status: 400, text: /cannot be empty/u }],
    ['a key that would change prototypes', { body: '{"__proto__":{"token":"x"}}', type: JSON_TYPE }, { status: 400, text: /"error"/u }],
    ['XML', { body: '<x/>', type: 'application/xml' }, { status: 415, text: /Unsupported Media Type/u }],
    ['no trigger', { body: command({ trigger_id: null }), type: FORM }, { status: 400, text: missing('trigger_id') }],
    ['an empty trigger', { body: command({ trigger_id: '' }), type: FORM }, { status: 400, text: missing('trigger_id') }],
    ['no command', { body: command({ command: null }), type: FORM }, { status: 400, text: missing('command') }],
    ['a command without its slash', { body: command({ command: 'ops' }), type: FORM }, { status: 400, text: missing('command') }],
    ['no user', { body: command({ user_id: null }), type: FORM }, { status: 400, text: missing('user_id') }],
    ['a user id that is too short', { body: command({ user_id: 'abc' }), type: FORM }, { status: 400, text: missing('user_id') }],
    [
      'a user id with a path in it',
      { body: command({ user_id: '../../../../api/v4/users/me' }), type: FORM },
      { status: 400, text: missing('user_id') },
    ],
    ['a user id in capitals', { body: command({ user_id: ID.toUpperCase() }), type: FORM }, { status: 400, text: missing('user_id') }],
    ['no channel', { body: command({ channel_id: null }), type: FORM }, { status: 400, text: missing('channel_id') }],
    ['the text twice', { body: `${command()}&text=more`, type: FORM }, { status: 400, text: missing('text') }],
    [
      'a text that no Mattermost would send',
      { body: command({ text: 'x'.repeat(16_384) }), type: FORM },
      { status: 400, text: missing('text') },
    ],
    ['more than 64 KiB', { body: command({ text: 'x'.repeat(70_000) }), type: FORM }, { status: 413, text: /too large/u }],
  ])('with %s is refused and goes no further', async (_what, { body, type }, { status, text }) => {
    const answer = await send('/mattermost/command', body, type);
    expect(answer.status).toBe(status);
    if (typeof text === 'string') expect(answer.text).toBe(text);
    else expect(answer.text).toMatch(text);
    expect(said).toEqual([]);
  });

  it('whose handling breaks tells nothing of what broke', async () => {
    expect(await send('/mattermost/command', command({ text: 'break' }), FORM)).toEqual({
      status: 500,
      text: '{"error":"internal error"}',
    });
  });
});

describe('the click on a button', () => {
  it('is handed on with nothing checked yet', async () => {
    expect(await send('/mattermost/action', click(), JSON_TYPE)).toEqual({ status: 200, text: '{}' });
    expect(clicked).toEqual([{ trigger: 'trigger', user: ID, post: ID, channel: ID, context: { operation: 'p7k' } }]);
  });

  it.each<[what: string, body: string, field: string]>([
    ['without a user', click({ user_id: undefined }), 'user_id'],
    ['with a user id that is no id', click({ user_id: 'me' }), 'user_id'],
    ['with a number for a user', click({ user_id: 7 }), 'user_id'],
    ['without a channel', click({ channel_id: undefined }), 'channel_id'],
    ['without a post', click({ post_id: '' }), 'post_id'],
    ['without a trigger', click({ trigger_id: undefined }), 'trigger_id'],
    ['with an endless trigger', click({ trigger_id: 'x'.repeat(1_001) }), 'trigger_id'],
    ['without a context', click({ context: undefined }), 'context'],
    ['with a context that is text', click({ context: 'p7k' }), 'context'],
    ['with a context that is null', click({ context: null }), 'context'],
    ['that is an array', '[]', 'body'],
    ['that is null', 'null', 'body'],
  ])('%s is refused and goes no further', async (_what, body, field) => {
    expect(await send('/mattermost/action', body, JSON_TYPE)).toEqual({
      status: 400,
      text: `{"error":"the field ${field} is missing or malformed"}`,
    });
    expect(clicked).toEqual([]);
  });

  it('with broken JSON is refused', async () => {
    expect((await send('/mattermost/action', '{', JSON_TYPE)).status).toBe(400);
  });

  it('of more than 64 KiB is refused', async () => {
    expect((await send('/mattermost/action', click({ context: { x: 'x'.repeat(70_000) } }), JSON_TYPE)).status).toBe(413);
  });
});

describe('everything else', () => {
  it.each([
    ['GET', '/mattermost/command'],
    ['GET', '/mattermost/action'],
    ['PUT', '/mattermost/command'],
    ['POST', '/healthz'],
    ['GET', '/'],
    ['GET', '/mattermost/../etc/passwd'],
    ['POST', '/mattermost'],
  ])('%s %s is not found', async (method, path) => {
    expect((await send(path, null, null, method)).status).toBe(404);
  });

  it('health says that it lives, readiness what is wrong', async () => {
    expect(await send('/healthz', null, null, 'GET')).toEqual({ status: 200, text: '{"ok":true}' });
    expect((await send('/readyz', null, null, 'GET')).status).toBe(200);
    healthy = false;
    expect(await send('/readyz', null, null, 'GET')).toEqual({ status: 503, text: '{"checks":[{"name":"store","ok":false,"detail":""}]}' });
    expect((await send('/metrics', null, null, 'GET')).text).toMatch(/vigie_chat_connected 1/u);
  });
});

describe('what vigie answers', () => {
  it('holds no secret, whatever an error says that a health check or a gateway repeats', async () => {
    const secret = 'hunter2-hunter2';
    const header = `Basic ${btoa(`elastic:${secret}`)}`;
    const leaking = await startHttp({
      host: '127.0.0.1',
      port: 0,
      mattermost: { url: 'http://127.0.0.1:1', slashTokens: [TOKEN] },
      gateway: { slash: async () => `refused: ${header}`, click: async () => secret, local: async () => ({ ok: true }) },
      clock: systemClock,
      ready: async () => [{ name: 'store', ok: false, detail: `disk ${secret} is full` }],
      metrics: { contentType: 'text/plain', text: async () => `# ${encodeURIComponent(secret)}\n` },
      log: { warn: () => undefined },
      blot: createBlot([secret]),
    });
    const form = new URLSearchParams({
      token: TOKEN,
      trigger_id: 't',
      command: '/ops',
      text: '',
      user_id: 'u'.repeat(26),
      channel_id: 'c'.repeat(26),
    });
    const answers = await Promise.all([
      fetch(`${leaking.url}/readyz`),
      fetch(`${leaking.url}/metrics`),
      fetch(`${leaking.url}/mattermost/command`, { method: 'POST', body: form }),
    ]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    await leaking.close();
    expect(texts[0]).toBe('{"checks":[{"name":"store","ok":false,"detail":"disk [secret] is full"}]}');
    expect(JSON.parse(texts[2] ?? '')).toMatchObject({ text: 'refused: Basic [secret]' });
    for (const text of texts) expect(text).not.toMatch(/hunter2|aHVudGVy|odW50ZXI|h1bnRlc/u);
  });
});

describe('where Mattermost cannot reach vigie', () => {
  it('no callback exists at all', async () => {
    const alone = await startHttp({
      host: '127.0.0.1',
      port: 0,
      mattermost: null,
      gateway: { slash: async () => '', click: async () => '', local: async () => ({ ok: true }) },
      clock: systemClock,
      ready: async () => [],
      metrics: { contentType: 'text/plain', text: async () => '' },
      log: { warn: () => undefined },
    });
    const answer = await fetch(`${alone.url}/mattermost/command`, { method: 'POST', body: command(), headers: { 'Content-Type': FORM } });
    expect(answer.status).toBe(404);
    await alone.close();
  });
});
