import { expect, it } from 'vitest';
import { MONGODB } from '#adapters/databases/mongodb/mongodb.ts';
import type { Server } from '#adapters/databases/dialect.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';

const facts = { name: 'pad', engine: 'mongodb', database: 'pad', server: { kind: 'service', name: 'mongo' }, usedBy: [] } as const;
const access = { user: 'root', password: null, address: null, port: null };

/** A server that answers `hello` so, as its manual has it. */
function saying(hello: object): Server {
  const answers = [{ version: '7.0.5', ok: 1 }, { ...hello, ok: 1 }, { cursor: { firstBatch: [{ info: { uuid: { $binary: { base64: 'AAAA' } } } }] }, ok: 1 }]; // prettier-ignore
  const said = [...answers.map((answer) => JSON.stringify({ answer })), JSON.stringify({ done: answers.length })].join('\n');
  const stdout = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`1\n${said}\n`);
  };
  const stream = (): ReturnType<Server['place']['stream']> => Promise.resolve({ stdout: stdout(), ended: Promise.resolve({ code: 0, stderr: '' }) }); // prettier-ignore
  return { facts, access, reports: new MemoryReports(), place: { node: 'pica01', container: null, stream } };
}

it.each([
  ['a server alone', { isWritablePrimary: true }, false],
  ['the primary of a replica set', { setName: 'rs0', isWritablePrimary: true, secondary: false }, false],
  ['a secondary of one', { setName: 'rs0', isWritablePrimary: false, secondary: true }, true],
  ['an arbiter, or one that catches up', { setName: 'rs0', isWritablePrimary: false, secondary: false }, true],
  ['a server before 4.4.2, which says nothing of it', {}, false],
])('%s takes a restore, or says that it takes none', async (_, hello, standby) => {
  expect(await MONGODB.identity(saying(hello))).toEqual({ version: '7.0.5', id: 'data of 000000', standby });
});
