import { describe, expect, it } from 'vitest';
import { databases } from '#app/app/systems/databases.ts';
import { lookAtDatabases } from '#app/app/systems/databases/doctor.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { MemoryDatabases } from '#test/lab/databases/memory-databases.ts';
import { labDatabases } from '#test/lab/parts.ts';
import { examination, examine } from './examine.ts';

describe('doctor, of the databases', () => {
  it('says so when there are none', async () => {
    expect(await examine(databases, examination())).toEqual([
      { what: 'databases', ok: true, absent: true, detail: 'none configured: no dumps, no restore' },
    ]);
  });

  it('reaches each, looks at it, and begins a dump', async () => {
    const lab = labDatabases(new ManualClock());
    lab.spoilDumps('blog', 'empty');
    expect(await lookAtDatabases(lab, examination())).toEqual([
      { what: 'database pad', ok: true, detail: 'postgres 15.13 in postgres on pica01, 2 tables, gives a dump' },
      { what: 'database blog', ok: false, detail: 'dump_empty' },
    ]);
    lab.server('postgres').refuses = 'password authentication failed';
    expect(await lookAtDatabases(lab, examination())).toMatchObject([{ ok: false, detail: 'database_refused' }, {}]);
  });

  it('says what was never tried', async () => {
    const lab = new MemoryDatabases(new ManualClock());
    lab.addServer({ name: 'mongo', engine: 'mongodb' });
    lab.addDatabase({ name: 'chat', server: 'mongo', tables: { rooms: 3 } });
    const [finding] = await lookAtDatabases(lab, examination());
    expect(finding?.detail).toBe('mongodb 8.0.4 in mongo on pica02, 1 table, gives a dump (vigie was never tried on a real MongoDB)');
  });
});
