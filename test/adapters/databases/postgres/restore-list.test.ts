import { access, readFile, rm, stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Server } from '#adapters/databases/dialect.ts';
import { RestoreList } from '#adapters/databases/postgres/restore-list.ts';
import type { TocEntry } from '#adapters/databases/postgres/toc.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { here } from '#test/lab/databases/this-machine.ts';

const entry = (line: string): TocEntry => ({ line, catalog: 0, oid: 0, kind: 'TABLE', rest: '', many: 1 });

describe('the list of what is restored', () => {
  const place = here();
  const facts = { name: 'pad', engine: 'postgres', database: 'pad', server: { kind: 'host', name: 'bob' }, usedBy: [] } as const;
  const server: Server = { facts, access: { user: 'postgres', password: null, address: null, port: null }, place, reports: new MemoryReports() }; // prettier-ignore
  let list: RestoreList;
  beforeEach(() => (list = new RestoreList(server)));
  afterEach(() => rm(list.path, { force: true }));

  const isThere = (): Promise<boolean> => access(list.path).then(() => true, () => false); // prettier-ignore

  it('is begun before it is known, and stands there for its account alone once it is written', async () => {
    const started = place.started();
    expect(await list.write([entry('1; first'), entry('2; second\n3; third')])).toBe(list.path);
    expect(place.started()).toBe(started);
    expect(await readFile(list.path, 'utf8')).toBe('1; first\n2; second\n3; third\n');
    expect((await stat(list.path)).mode & 0o777).toBe(0o600);
  });

  it('is written whole where it is long', async () => {
    const line = Array.from({ length: 20_000 }, (_, index) => `${index}; BLOB - ${index}`).join('\n');
    await list.write([entry(line), entry('last')]);
    expect(await readFile(list.path, 'utf8')).toBe(`${line}\nlast\n`);
  });

  it('is removed where nobody took it, written or not', async () => {
    await list.remove();
    expect(await isThere()).toBe(false);
    list = new RestoreList(server);
    await list.write([entry('1; first')]);
    await list.remove();
    expect(await isThere()).toBe(false);
    expect(place.running()).toBe(0);
  });

  it('needs nothing more once it was taken', async () => {
    await list.write([]);
    list.taken();
    const started = place.started();
    await list.remove();
    expect(place.started()).toBe(started);
  });
});
