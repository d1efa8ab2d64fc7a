import { beforeEach, describe, expect, it } from 'vitest';
import type { Server } from '#adapters/databases/dialect.ts';
import { MONGODB } from '#adapters/databases/mongodb/mongodb.ts';
import { given } from '#test/contract/databases.contract.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { archive } from './archive.ts';
import { FakeMongodb } from './fake-mongodb.ts';

describe('what of a MongoDB no restore can make again', () => {
  let place: FakeMongodb;
  let server: Server;

  beforeEach(() => {
    place = new FakeMongodb();
    const facts = { name: 'pad', engine: 'mongodb', database: 'pad', server: { kind: 'service', name: 'mongo' }, usedBy: [] } as const;
    server = { facts, place, reports: new MemoryReports(), access: { user: 'root', password: 'secret', address: null, port: null } };
  });

  const inspected = () => MONGODB.inspect(server, given(archive(['pad', 'notes'])));

  it('is nothing of collections and views', async () => {
    place.server.fill('pad', { notes: ['one'], 'all?': ['notes'], 'system.views': [], ['n'.repeat(160)]: [] });
    expect(await inspected()).toEqual([]);
  });

  it('is what a load or a swap would refuse, by name', async () => {
    place.server.fill('pad', { notes: ['one'], measured: [], patients: [], ['n'.repeat(230)]: [] });
    const pad = place.server.databases.get('pad');
    pad?.set('measured', { type: 'timeseries', options: {}, documents: [] });
    pad?.set('patients', { type: 'collection', options: { encryptedFields: {} }, documents: [] });
    expect(await inspected()).toEqual([
      'time series measured',
      'encrypted collection patients',
      `collection ${'n'.repeat(230)}, whose name is too long`,
    ]);
  });

  it('is all, where it is a cluster of shards', async () => {
    place.server.fill('pad', { notes: ['one'] });
    const run = place.server.run.bind(place.server);
    place.server.run = (db, command, half) => (command['hello'] === 1 ? { msg: 'isdbgrid' } : run(db, command, half));
    expect(await inspected()).toEqual(['all of pad, which is in shards']);
  });
});
