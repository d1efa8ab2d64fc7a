import { z } from 'zod';
import { parseJson, type JsonObject } from '#kernel/json.ts';
import type { VigieError } from '#kernel/errors.ts';
import { askClient, type ClientAnswer } from '../client.ts';
import type { Access, Server } from '../dialect.ts';
import { type Complaint, refusal } from '../failures.ts';

export const PASSWORD_VARIABLE = 'VIGIE_MONGODB_PASSWORD';
export const OWN_PASSWORD = ['MONGO_INITDB_ROOT_PASSWORD'];

const COMPLAINTS: readonly Complaint[] = [
  { pattern: /^\w+ DatabaseDifferCase:/u, code: 'database_exists' },
  { pattern: /^MongoNetwork\w*|^MongoServerSelection\w*/u, code: 'database_server_down' },
  {
    pattern: /^\w+ (?:ShutdownInProgress|InterruptedAtShutdown|InterruptedDueToReplStateChange|PrimarySteppedDown):/u,
    code: 'database_server_down',
  },
];

/**
 * Takes commands from its input, in MongoDB's extended JSON, so that nothing in a name or a value is ever run as a program, and prints one answer a line, up to the first error. Numbers keep their kind.
 * (Loops, and nothing passed to a function: mongosh waits for the server by itself only there.)
 */
const PROGRAM = `
const text = require('fs').readFileSync(0, 'utf8');
const asked = EJSON.parse(text, { relaxed: false });
const password = process.env.${PASSWORD_VARIABLE} || '';
const account = password === '' ? '' : encodeURIComponent(asked.user) + ':' + encodeURIComponent(password) + '@';
const source = password === '' ? '' : '&authSource=admin';
let done = 0;
try {
  const server = new Mongo('mongodb://' + account + asked.at + '/?directConnection=true&serverSelectionTimeoutMS=10000' + asked.tls + source);
  for (const each of asked.commands) {
    const answer = server.getDB(each.db).runCommand(each.command);
    print(EJSON.stringify({ answer: answer }, { relaxed: false }));
    done += 1;
  }
  print(JSON.stringify({ done: done }));
} catch (error) {
  print(JSON.stringify({ done: done, error: { name: error.name, codeName: error.codeName || '', message: error.message } }));
}`;

/** A command for one database of the server: what the driver calls a `runCommand`. */
export interface Command {
  readonly db: string;
  readonly command: JsonObject;
}

export interface Attempt {
  /** Of the commands that were done. */
  readonly answers: readonly unknown[];
  /** What the server says of the one after them; null: there is none. */
  readonly refused: { readonly codeName: string; readonly error: VigieError } | null;
}

/** Where the clients find the server, as in a connection string. */
export function addressOf({ address, port }: Access): string {
  if (address?.startsWith('/') === true) return encodeURIComponent(address);
  return `${address ?? '127.0.0.1'}:${port ?? DEFAULT_PORT}`;
}

const DEFAULT_PORT = 27_017;

/** The end of a connection string: nothing where the server speaks in the clear. Source: "TLS Options" of the manual's connection strings, which the shell and the tools both read. */
export function tlsOf({ tls = null }: Access): string {
  if (tls === null) return '';
  const own = tls.certificate === null ? '' : `&tlsCertificateKeyFile=${encodeURIComponent(tls.certificate)}`;
  return `&tls=true&tlsCAFile=${encodeURIComponent(tls.ca)}${own}`;
}

const error = z.strictObject({ name: z.string(), codeName: z.string(), message: z.string() });
const line = z.union([z.strictObject({ answer: z.unknown() }), z.strictObject({ done: z.int(), error: error.optional() })]);

/**
 * Runs commands one after the other in one session, stopping at the first that the server refuses.
 * @throws database_server_down, database_refused when the client says nothing of how far it got
 */
export async function attempt(server: Server, commands: readonly Command[], signal?: AbortSignal): Promise<Attempt> {
  if (commands.length === 0) return { answers: [], refused: null };
  const { access, place } = server;
  const input = JSON.stringify({ user: access.user, at: addressOf(access), tls: tlsOf(access), commands });
  const args = ['--nodb', '--quiet', '--norc', '--eval', PROGRAM];
  const asked = { args, input, password: access.password, passwordVariable: PASSWORD_VARIABLE, ownPassword: OWN_PASSWORD };
  const answer = await askClient(place, { program: ['mongosh', 'mongosh'], ...asked }, signal);
  const said = linesOf(answer);
  const end = said.find((each) => 'done' in each);
  if (end === undefined) throw await refusal(server, answer, COMPLAINTS, server.facts.database);
  const answers = said.flatMap((each) => ('answer' in each ? [each.answer] : []));
  return { answers, refused: end.error === undefined ? null : await refused(server, end.error, commands[answers.length]?.db) };
}

function linesOf({ stdout }: ClientAnswer): readonly z.infer<typeof line>[] {
  return stdout.split('\n').flatMap((text) => {
    if (!text.startsWith('{')) return [];
    return [line.parse(parseJson(text))];
  });
}

async function refused(server: Server, { name, codeName, message }: z.infer<typeof error>, database = server.facts.database) {
  const stderr = `${name}${codeName === '' ? '' : ` ${codeName}`}: ${message}`;
  return { codeName, error: await refusal(server, { code: 1, stderr }, COMPLAINTS, database) };
}

/** @returns the answers, one for each command @throws what the server says of the first that it refuses */
export async function run(server: Server, commands: readonly Command[], signal?: AbortSignal): Promise<readonly unknown[]> {
  const { answers, refused: refusal } = await attempt(server, commands, signal);
  if (refusal !== null) throw refusal.error;
  return answers;
}

/** A number in extended JSON, whatever its kind. */
export const number = z
  .union([
    z.number(),
    z.strictObject({ $numberInt: z.string() }),
    z.strictObject({ $numberLong: z.string() }),
    z.strictObject({ $numberDouble: z.string() }),
  ])
  .transform((value) => (typeof value === 'number' ? value : Number(Object.values(value)[0])));
