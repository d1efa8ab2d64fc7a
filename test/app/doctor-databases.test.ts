import { describe, expect, it } from 'vitest';
import { problemOf } from '#kernel/errors.ts';
import { lookAtDatabases } from '#app/app/doctor-databases.ts';
import { parseConfig } from '#config/load.ts';
import { added } from '#test/config/sample.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { MemoryDatabases } from '#test/lab/databases/memory-databases.ts';
import { labDatabases } from '#test/lab/parts.ts';

const { config } = parseConfig(added(''), 'vigie.yaml');
const words = (thrown: unknown): string => problemOf(thrown).code;

describe('doctor, of the databases', () => {
  it('says so when there are none', async () => {
    expect(await lookAtDatabases(config, words)).toEqual([
      { what: 'databases', ok: true, detail: 'none configured: no dumps, no restore' },
    ]);
  });

  it('reaches each, looks at it, and begins a dump', async () => {
    const databases = Object.assign(labDatabases(new ManualClock()), { close: async () => undefined });
    databases.spoilDumps('blog', 'empty');
    expect(await lookAtDatabases(config, words, async () => databases)).toEqual([
      { what: 'database pad', ok: true, detail: 'postgres 15.13 in postgres on pica01, 2 tables, gives a dump' },
      { what: 'database blog', ok: false, detail: 'dump_empty' },
    ]);
    databases.server('postgres').refuses = 'password authentication failed';
    expect(await lookAtDatabases(config, words, async () => databases)).toMatchObject([{ ok: false, detail: 'database_refused' }, {}]);
  });

  it('says what was never tried', async () => {
    const databases = Object.assign(new MemoryDatabases(new ManualClock()), { close: async () => undefined });
    databases.addServer({ name: 'mongo', engine: 'mongodb' });
    databases.addDatabase({ name: 'chat', server: 'mongo', tables: { rooms: 3 } });
    const [finding] = await lookAtDatabases(config, words, async () => databases);
    expect(finding?.detail).toBe('mongodb 8.0.4 in mongo on pica02, 1 table, gives a dump (vigie was never tried on a real MongoDB)');
  });
});
