import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { createRest } from '#adapters/mattermost/rest.ts';
import { makeCommands } from '#app/app/setup/commands.ts';
import { readSlashTokens } from '#app/app/slash-tokens.ts';
import { parseConfig } from '#config/load.ts';
import { added, secretFile, TOKEN_REFERENCE } from '#test/config/sample.ts';
import { connectAdmin, type Admin } from '#test/lab/mattermost/admin.ts';
import { startMattermost, type LabMattermost } from '#test/lab/mattermost/server.ts';

let mattermost: LabMattermost;
let admin: Admin;
let state = '';
let bot = '';
beforeEach(async () => {
  mattermost = await startMattermost();
  admin = await connectAdmin(mattermost.url, mattermost.adminToken);
  state = await mkdtemp(join(tmpdir(), 'vigie-setup-'));
  const team = await admin.createTeam({ name: 'picasoft' });
  const account = await admin.createBot('vigie');
  await admin.addToChannel(await admin.createChannel(team, { name: 'ops' }), account);
  bot = `\${file:${secretFile('setup-bot', account.token)}}`;
});
afterEach(async () => {
  await mattermost.stop();
  await rm(state, { recursive: true });
});

const configured = (http = '') =>
  parseConfig(
    added(`state: ${state}\nhttp:\n  url: https://vigie.example.org\n${http}`)
      .replace('https://team.example.org', mattermost.url)
      .replace(`token: ${TOKEN_REFERENCE}`, `token: ${bot}`),
    'vigie.yaml',
  );

async function run(http?: string, newTokens = false): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const client = createRest({ url: mattermost.url, token: mattermost.adminToken, clock: systemClock });
  const print = (text: string, given: number): number => {
    lines.push(text);
    return given;
  };
  return { code: await makeCommands(configured(http), client, { print, newTokens }), lines };
}

const file = (): string => join(state, 'slash-tokens');

describe('slash commands', () => {
  it('creates the commands and leaves their tokens, named, where vigie looks for them', async () => {
    const { code, lines } = await run();
    expect(code).toBe(0);
    expect(lines.at(0)).toBe('✓ /ops created');
    expect(lines.at(-1)).toBe(`✓ 9 tokens in ${file()}: restart vigie, which reads them there`);
    const text = await readFile(file(), 'utf8');
    expect(text.split('\n').slice(1, 3)).toEqual([
      expect.stringMatching(/^\/ops [a-z0-9]{26}$/u),
      expect.stringMatching(/^\/deploy [a-z0-9]{26}$/u),
    ]);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(readSlashTokens(configured().config).map(({ command }) => command)).toContain('rollback');
  });

  it('changes nothing when it is run again, and shows no token', async () => {
    await run();
    const before = await readFile(file(), 'utf8');
    const { code, lines } = await run();
    expect(code).toBe(0);
    expect(lines).toHaveLength(9);
    expect(lines.every((line) => line.endsWith('up to date'))).toBe(true);
    expect(await readFile(file(), 'utf8')).toBe(before);
  });

  it('leaves out those that the configuration has itself', async () => {
    await run();
    const [first] = readSlashTokens(configured().config);
    await run(`  slash_tokens: ["\${file:${secretFile('setup-slash', first?.token ?? '')}}"]`);
    expect(readSlashTokens(configured().config).map(({ command }) => command)).not.toContain('ops');
  });

  it('makes their tokens anew where somebody has them who should not', async () => {
    await run();
    const before = readSlashTokens(configured().config);
    const { code, lines } = await run(undefined, true);
    expect([code, lines[0]]).toEqual([0, '✓ /ops has a new token']);
    const after = readSlashTokens(configured().config);
    expect(after.map(({ command }) => command)).toEqual(before.map(({ command }) => command));
    for (const { token } of before) expect(after.map((each) => each.token)).not.toContain(token);
  });

  it('shows no token when it can not leave them, and says what to do', async () => {
    await rm(state, { recursive: true });
    const { code, lines } = await run();
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatch(/ENOENT.*: make \S+ for the account that runs vigie, then run this again$/u);
    expect(lines.join('\n')).not.toMatch(/\b[a-z0-9]{26}\b/u);
    state = await mkdtemp(join(tmpdir(), 'vigie-setup-'));
  });
});

describe('the file of tokens', () => {
  it('is refused by its line where it says something else', async () => {
    await writeFile(file(), '# by hand\n/ops short\n');
    expect(() => readSlashTokens(configured().config)).toThrow(`${file()}:2: must be a command and its token`);
  });

  it('need not be there', () => {
    expect(readSlashTokens(configured().config)).toEqual([]);
  });

  it('that can not be read is no empty one', async () => {
    await rm(state, { recursive: true });
    state = await mkdtemp(join(tmpdir(), 'vigie-setup-'));
    await writeFile(join(state, 'x'), '');
    await chmod(state, 0o700);
    await expect(readFile(join(state, 'x', 'slash-tokens'))).rejects.toThrow('ENOTDIR');
    expect(() => readSlashTokens({ state: join(state, 'x') })).toThrow('ENOTDIR');
  });
});
