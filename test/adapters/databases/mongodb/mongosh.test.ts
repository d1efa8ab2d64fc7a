import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '#adapters/databases/place.ts';
import type { Access, Server } from '#adapters/databases/dialect.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { type Command, attempt, number, run } from '#adapters/databases/mongodb/mongosh.ts';

/** What mongosh has that Node hasn't: a server that answers with what it was asked, and refuses `nope`. */
const MONGOSH = `
const EJSON = { parse: JSON.parse, stringify: JSON.stringify };
const print = console.log;
function Mongo(uri) {
  if (uri.includes(':1/')) throw Object.assign(new Error('connect ECONNREFUSED'), { name: 'MongoNetworkError' });
  this.getDB = (db) => ({ runCommand: (command) => {
    if ('nope' in command) throw Object.assign(new Error('no such command'), { name: 'MongoServerError', codeName: 'CommandNotFound' });
    return { uri, db, command };
  } });
}
`;

/** Runs what mongosh would run in Node, under the launcher that all clients have. */
function placeOf(shim: (program: string) => string): Place {
  return {
    node: 'pica01',
    container: null,
    async stream(words, { input }) {
      const program = words.at(-1) ?? '';
      const started = words.slice(0, words.indexOf('mongosh'));
      const child = spawn(started[0] ?? '', [...started.slice(1), process.execPath, process.execPath, '-e', shim(program)]);
      void (async () => {
        for await (const chunk of input ?? []) child.stdin.write(chunk);
        child.stdin.end();
      })();
      const stderr = text(child.stderr);
      const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
      return { stdout: child.stdout, ended: closed.then(async (code) => ({ code, stderr: await stderr })) };
    },
  };
}

const facts = { name: 'pad', engine: 'mongodb', database: 'pad', server: { kind: 'service', name: 'mongo' }, usedBy: [] } as const;
const access = { user: 'ro@t', password: 'p:w', address: null, port: null };
const COMMANDS: readonly Command[] = [
  { db: 'pad', command: { drop: "quote ' and \n" } },
  { db: 'admin', command: { nope: 1 } },
  { db: 'pad', command: { drop: 'never' } },
];

let server: Server;
beforeEach(() => {
  server = { facts, access, reports: new MemoryReports(), place: placeOf((program) => MONGOSH + program) };
});

describe('mongosh', () => {
  it('runs commands in their order, with what they hold as data, up to the first refusal', async () => {
    const { answers, refused } = await attempt(server, COMMANDS);
    expect(answers).toMatchObject([{ db: 'pad', command: { drop: "quote ' and \n" } }]);
    expect(refused).toMatchObject({ codeName: 'CommandNotFound', error: { code: 'database_refused', params: { reason: 'MongoServerError CommandNotFound: no such command' } } }); // prettier-ignore
    await expect(run(server, COMMANDS)).rejects.toMatchObject({ code: 'database_refused' });
  });

  it('logs in where there is a password, and only there', async () => {
    const uriOf = async (change: Partial<Access>): Promise<unknown> =>
      (await run({ ...server, access: { ...access, ...change } }, COMMANDS.slice(0, 1)))[0];
    const options = 'directConnection=true&serverSelectionTimeoutMS=10000';
    expect(await uriOf({})).toMatchObject({ uri: `mongodb://ro%40t:p%3Aw@127.0.0.1:27017/?${options}&authSource=admin` });
    expect(await uriOf({ password: null })).toMatchObject({ uri: `mongodb://127.0.0.1:27017/?${options}` });
  });

  it('speaks TLS to a server that takes nothing else', async () => {
    const tls = { ca: '/etc/ssl/mongo ca.pem', certificate: '/etc/ssl/vigie.pem' };
    const uriOf = async (given: Access['tls']): Promise<unknown> => (await run({ ...server, access: { ...access, password: null, tls: given ?? null } }, COMMANDS.slice(0, 1)))[0]; // prettier-ignore
    const plain =
      'mongodb://127.0.0.1:27017/?directConnection=true&serverSelectionTimeoutMS=10000&tls=true&tlsCAFile=%2Fetc%2Fssl%2Fmongo%20ca.pem';
    expect(await uriOf({ ...tls, certificate: null })).toMatchObject({ uri: plain });
    expect(await uriOf(tls)).toMatchObject({ uri: `${plain}&tlsCertificateKeyFile=%2Fetc%2Fssl%2Fvigie.pem` });
  });

  it('tells a server that is down', async () => {
    const down = { ...server, access: { ...access, port: 1 } };
    await expect(run(down, COMMANDS)).rejects.toMatchObject({ code: 'database_server_down' });
  });

  it('that says nothing of how far it got has not done its work', async () => {
    const ended = { ...server, place: placeOf(() => 'process.kill(process.pid)') };
    await expect(run(ended, COMMANDS)).rejects.toMatchObject({ code: 'database_server_down' });
    const mute = { ...server, place: placeOf(() => 'console.error("boom"); process.exit(1)') };
    await expect(run(mute, COMMANDS)).rejects.toMatchObject({ code: 'database_refused', params: { reason: 'boom' } });
  });

  it.each([7, { $numberInt: '7' }, { $numberLong: '7' }, { $numberDouble: '7.0' }])('reads %j as a number', (value) => {
    expect(number.parse(value)).toBe(7);
  });
});
