import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { VigieError } from '#kernel/errors.ts';
import type { Catalogue } from '#domain/backup/catalogue.ts';
import type { DatabaseFacts, Databases, DatabaseView, Replication, Scratch, ServerIdentity } from '#ports/databases.ts';
import { answerOf, type Answer, problemOfAnswer } from './rpc-answer.ts';

/** Answered in one piece. `scratch` gives a number, by which its own methods are called. */
const METHODS = [
  'list',
  'identity',
  'databases',
  'look',
  'catalogue',
  'disk',
  'widened',
  'replication',
  'barred',
  'unmovable',
  'create',
  'properties',
  'swap',
  'drop',
  'removeScratch',
  'freshVolume',
] as const;
type Method = (typeof METHODS)[number];

export interface ServedDatabases {
  readonly url: string;
  /** How often each method was called. */
  readonly calls: Map<string, number>;
  close(): Promise<void>;
}

/** Serves databases to another process, so that they outlive a vigie that is killed. */
export async function serveDatabases(databases: Databases): Promise<ServedDatabases> {
  const calls = new Map<string, number>();
  const scratches: Scratch[] = [];
  const server = createServer((request, response) => {
    const address = new URL(request.url ?? '', 'http://lab');
    const method = address.pathname.slice(1);
    const args: unknown[] = JSON.parse(address.searchParams.get('args') ?? '[]');
    calls.set(method, (calls.get(method) ?? 0) + 1);
    if (method === 'dump') void sendDump(databases.dump(String(args[0])), response);
    else void answerOf(() => call({ databases, scratches }, method, args, request)).then((answer) => response.end(JSON.stringify(answer)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${port}`, calls, close };
}

interface Served {
  readonly databases: Databases;
  readonly scratches: Scratch[];
}

async function call({ databases, scratches }: Served, method: string, args: unknown[], body: IncomingMessage): Promise<unknown> {
  const known = METHODS.find((each) => each === method);
  if (known !== undefined)
    return await Reflect.apply(
      databases[known],
      databases,
      args.map((each) => each ?? undefined),
    );
  const [first, second] = args;
  if (method === 'load') return await databases.load(String(first), String(second), body);
  if (method === 'scratch') return scratches.push(await databases.scratch(String(first), String(second))) - 1;
  const scratch = scratches[Number(first)];
  if (method === 'loadRestorable')
    return await databases.loadRestorable(String(first), String(second), { dump: body, without: named(args[2]) });
  if (method === 'scratch-loadRestorable') return await scratch?.loadRestorable({ dump: body, without: named(second) });
  if (method === 'scratch-load') return await scratch?.load(body);
  if (method === 'scratch-look') return await scratch?.look();
  if (method === 'scratch-catalogue') return await scratch?.catalogue();
  if (method === 'scratch-remove') return await scratch?.remove();
  throw new Error(`no method ${method}`);
}

function named(given: unknown): readonly string[] {
  return Array.isArray(given) ? given.map(String) : [];
}

/** A line a chunk, in base64; the last one says how it ended. */
async function sendDump(dump: AsyncIterable<Uint8Array>, response: ServerResponse): Promise<void> {
  const answer = await answerOf(async () => {
    for await (const chunk of dump) {
      response.write(`${Buffer.from(chunk).toString('base64')}\n`);
      if (response.destroyed) return;
    }
  });
  response.end(`${JSON.stringify(answer)}\n`);
}

/** The other end. What the configuration says of the databases is asked for at once. */
export async function remoteDatabases(url: string): Promise<Databases> {
  const ask = async <T>(
    method: Method | 'scratch' | 'scratch-look' | 'scratch-catalogue' | 'scratch-remove',
    args: readonly unknown[],
  ): Promise<T> => await answered<T>(await fetch(addressOf(url, method, args), { method: 'POST' }));
  const load = async (method: 'load' | 'scratch-load', args: readonly unknown[], dump: AsyncIterable<Uint8Array>): Promise<void> =>
    await sent(addressOf(url, method, args), dump);
  const restorable = async (
    method: 'loadRestorable' | 'scratch-loadRestorable',
    args: readonly unknown[],
    dump: AsyncIterable<Uint8Array>,
  ): Promise<null> => {
    await sent(addressOf(url, method, args), dump);
    return null;
  };
  const facts = await ask<readonly DatabaseFacts[]>('list', []);
  return {
    list: () => facts,
    facts(name) {
      const found = facts.find((each) => each.name === name);
      if (found === undefined) throw new VigieError('database_unknown', { database: name, nearest: null });
      return found;
    },
    identity: (name) => ask<ServerIdentity>('identity', [name]),
    databases: (name) => ask<readonly string[]>('databases', [name]),
    look: (name, database) => ask<DatabaseView>('look', database === undefined ? [name] : [name, database]),
    catalogue: (name, database) => ask<Catalogue | null>('catalogue', database === undefined ? [name] : [name, database]),
    properties: (name) => ask('properties', [name]),
    disk: (name) => ask('disk', [name]),
    widened: (name, names) => ask<readonly string[]>('widened', [name, names]),
    replication: (name) => ask<Replication>('replication', [name]),
    barred: (name) => ask<string | null>('barred', [name]),
    unmovable: (name) => ask<readonly string[]>('unmovable', [name]),
    dump: (name) => received(addressOf(url, 'dump', [name])),
    create: (name, database, _signal, like = null) => ask('create', [name, database, null, like]),
    load: (name, database, dump) => load('load', [name, database], dump),
    loadRestorable: (name, database, { dump, without }) => restorable('loadRestorable', [name, database, without], dump),
    inspect: async (_name, dump) => {
      await dump[Symbol.asyncIterator]().return?.();
      return [];
    },
    swap: (name, names) => ask('swap', [name, names]),
    drop: (name, database) => ask<boolean>('drop', [name, database]),
    async scratch(name, operation) {
      const number = await ask<number>('scratch', [name, operation]);
      return {
        load: (dump) => load('scratch-load', [number], dump),
        loadRestorable: ({ dump, without }) => restorable('scratch-loadRestorable', [number, without], dump),
        look: () => ask<DatabaseView>('scratch-look', [number]),
        catalogue: () => ask<Catalogue | null>('scratch-catalogue', [number]),
        remove: () => ask('scratch-remove', [number]),
      };
    },
    removeScratch: (name, operation) => ask<number>('removeScratch', [name, operation]),
    freshVolume: (name, operation) => ask('freshVolume', [name, operation]),
  };
}

function addressOf(url: string, method: string, args: readonly unknown[]): string {
  return `${url}/${method}?args=${encodeURIComponent(JSON.stringify(args))}`;
}

async function answered<T>(response: Response): Promise<T> {
  const answer: Answer<T> = JSON.parse(await response.text());
  if ('error' in answer) throw problemOfAnswer(answer.error);
  return answer.value;
}

/** What fails on this side of the wire, such as a damaged backup, is thrown as it is. */
async function sent(address: string, dump: AsyncIterable<Uint8Array>): Promise<void> {
  const failed: { error: unknown } = { error: null };
  const watched = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* dump;
    } catch (error) {
      failed.error = error;
      throw error;
    }
  };
  try {
    await answered(
      await fetch(address, { method: 'POST', body: Readable.toWeb(Readable.from(watched())) as ReadableStream, duplex: 'half' }),
    );
  } catch (error) {
    throw failed.error ?? error;
  }
}

async function* received(address: string): AsyncGenerator<Uint8Array> {
  const { body } = await fetch(address, { method: 'POST' });
  let rest = '';
  if (body === null) throw new Error('no answer');
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('{')) yield Buffer.from(line, 'base64');
      else if (line.includes('"error"'))
        throw problemOfAnswer((JSON.parse(line) as { error: { code: string; params: Record<string, string> } }).error);
      else return;
    }
  }
  throw new Error('the dump broke off');
}
