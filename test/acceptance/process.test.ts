import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Scene, until } from './scene.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const PASSWORD = 'hunter2 "hunter" sésame';
let scene: Scene;
let folder: string;
let echo: Server;
let vigie: ChildProcess | null = null;
let output = '';
afterEach(async () => {
  vigie?.kill('SIGKILL');
  vigie = null;
  echo.close();
  await scene.close();
  rmSync(folder, { recursive: true, force: true });
});

const mode = (path: string) => (statSync(path).mode & 0o7777).toString(8);

/** An Elasticsearch that answers every request with what it was sent. */
async function startEcho(): Promise<string> {
  echo = createServer((request, response) => {
    const reason = `no: ${JSON.stringify(request.headers)}`;
    response.writeHead(400, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
    response.end(JSON.stringify({ error: { type: 'x', reason }, status: 400 }));
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const address = echo.address();
  return `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
}

/** The whole of vigie as systemd starts it, but for a umask that lets everybody read and write. */
async function run(level = 'info'): Promise<void> {
  scene = await Scene.open({ start: false, speed: 1 });
  folder = mkdtempSync(join(tmpdir(), 'vigie-process-'));
  output = '';
  const secret = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return `\${file:${join(folder, name)}}`;
  };
  mkdirSync(join(folder, 'state'), { mode: 0o777 });
  const config = `
mattermost: { url: "${scene.admin.me.url}", token: "${secret('token', scene.bot.token)}", operations_channel: ops }
timezone: Europe/Paris
log_level: ${level}
state: ${join(folder, 'state')}
http: { listen: "127.0.0.1:0" }
socket: { path: ${join(folder, 'run', 'vigie.sock')}, accounts: { ${userInfo().username}: alice } }
roles: { operator: { users: [alice, bob], may: [read, change, danger], approves: [change, danger] } }
elasticsearch: { main: { url: "${await startEcho()}", username: elastic, password: "${secret('password', PASSWORD)}" } }
`;
  writeFileSync(join(folder, 'vigie.yaml'), config);
  vigie = spawn('sh', ['-c', 'umask 0; exec "$0" "$@"', process.execPath, MAIN, 'run', '--config', join(folder, 'vigie.yaml')]);
  for (const stream of [vigie.stdout, vigie.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(
    () => output.includes('vigie is ready') || vigie?.exitCode != null,
    'vigie to be ready',
    async () => output,
  );
  expect(output).toContain('vigie is ready');
}

/** What a subcommand prints; the lab's servers live in this very process, and go on meanwhile. */
async function command(...words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [MAIN, ...words, '--config', join(folder, 'vigie.yaml')]);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await once(child, 'close');
  return printed;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

describe('a vigie that was started as a process', () => {
  it('leaves nothing that another account could read, whatever the umask, and lets every account knock', async () => {
    await run();
    const state = join(folder, 'state');
    expect(mode(state)).toBe('700');
    const names = readdirSync(state);
    expect(names).toEqual(expect.arrayContaining(['vigie.db', 'vigie.db-wal', 'vigie.db-shm', 'vigie.db.lock', 'vigie.db.ballast']));
    for (const name of names) expect([name, mode(join(state, name))]).toEqual([name, '600']);
    const socket = join(folder, 'run');
    expect([mode(socket), mode(join(socket, 'vigie.sock')), mode(join(socket, 'vigie.sock.proofs'))]).toEqual(['755', '666', '1733']);
    expect(await command('do', 'whoami')).toContain('alice');
    for (const name of readdirSync(state)) expect([name, mode(join(state, name))]).toEqual([name, '600']);
  }, 60_000);

  it('logs JSON from its first line on, whatever a library prints by itself', async () => {
    await run('debug');
    await until(
      () => output.includes('websocket connecting'),
      'what the chat client prints',
      async () => output,
    );
    const lines = output.split('\n').filter((line) => line !== '');
    expect(lines.filter((line) => !isJson(line))).toEqual([]);
  }, 60_000);

  it('says no secret that a server repeats, on the terminal, in the log, in a post or in the store', async () => {
    await run();
    const said = (await command('do', 'metrics pica01 cpu')) + (await command('doctor', '--no-page'));
    await scene.say('alice', '@vigie metrics pica01 cpu');
    await scene.post(/authorization/u);
    const state = join(folder, 'state');
    const stored = readdirSync(state).map((name) => readFileSync(join(state, name), 'latin1'));
    const posts = (await scene.vigiePosts()).map((post) => JSON.stringify(post));
    expect(said).toContain('[secret]');
    const basic = Buffer.from(`elastic:${PASSWORD}`).toString('base64');
    for (const out of [said, output, ...stored, ...posts])
      for (const form of [PASSWORD, 'sésame', basic, basic.slice(12, 30), scene.bot.token]) expect(out.includes(form)).toBe(false);
  }, 60_000);
});
