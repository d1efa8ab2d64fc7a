import { describe, expect, it } from 'vitest';
import { load } from '#adapters/databases/mariadb/load.ts';
import type { Server } from '#adapters/databases/dialect.ts';
import type { Place } from '#adapters/databases/place.ts';
import type { CommandEnd } from '#ports/remote.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';

const DUMP = `CREATE TABLE notes (i int);\nINSERT INTO notes VALUES\n(1),\n(2);\n-- Dump completed\n`;
const MARK = /^select '([\da-f-]{36})';$/u;
const LOADER = 'vigie_load_';

interface Client {
  /** Whether it is the loader, or asks as the superuser. */
  readonly as: 'loader' | 'superuser';
  input: string;
}

const GONE = { code: 1, stderr: 'ERROR 2006 (HY000) at line 9: Server has gone away' };

/** Clients that answer what a load asks. @param patient whether the server keeps the first of them while the dump is loaded */
function clients({ patient = true } = {}): Place & { readonly started: Client[] } {
  const started: Client[] = [];
  const stream: Place['stream'] = async (words, { input = none() }) => {
    const client: Client = { as: words.some((word) => word.startsWith(LOADER)) ? 'loader' : 'superuser', input: '' };
    const first = started.push(client) === 1;
    const { promise: ended, resolve } = Promise.withResolvers<CommandEnd>();
    const stdout = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('1\n');
      for await (const part of input) {
        if (first && !patient && started.length > 1) return resolve(GONE);
        client.input += Buffer.from(part).toString();
        yield Buffer.from(answerTo(Buffer.from(part).toString()));
      }
      resolve({ code: 0, stderr: '' });
    };
    return await Promise.resolve({ stdout: stdout(), ended });
  };
  return { node: 'bob', container: null, started, stream };
}

function answerTo(question: string): string {
  const marks = question.split('\n').flatMap((line) => MARK.exec(line)?.[1] ?? []);
  const limit = question.includes('max_allowed_packet;') ? [String(1024 ** 3)] : [];
  return [...limit, ...marks].map((line) => `${line}\n`).join('');
}

async function* none(): AsyncGenerator<Uint8Array> {}

async function* dump(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(DUMP);
}

async function loadWith(place: Place): Promise<void> {
  const facts = { name: 'pad', engine: 'mariadb', database: 'pad', server: { kind: 'host', name: 'bob' }, usedBy: [] } as const;
  const access = { user: 'root', password: null, address: null, port: null };
  const server: Server = { facts, access, place, reports: new MemoryReports() };
  await load(server, 'pad_vigie_new_x1', { dump: dump(), without: [] });
}

describe('a load into a MariaDB', () => {
  it('asks all that it has to ask in one session, and starts one client more, for the dump', async () => {
    const place = clients();
    await loadWith(place);
    expect(place.started.map(({ as }) => as)).toEqual(['superuser', 'loader']);
    expect(place.started[1]?.input.endsWith(`\n${DUMP}`)).toBe(true);
  });

  it('locks its account in that session', async () => {
    const place = clients();
    await loadWith(place);
    expect(place.started[0]?.input).toMatch(/create or replace user[^]*account lock;/u);
  });

  it('locks its account in another session where the server has ended the one that was kept', async () => {
    const place = clients({ patient: false });
    await loadWith(place);
    expect(place.started.map(({ as }) => as)).toEqual(['superuser', 'loader', 'superuser']);
    expect(place.started[2]?.input).toContain('account lock;');
  });
});
