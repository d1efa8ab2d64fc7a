import { ManualClock } from '#test/lab/clock.ts';
import { MemoryDatabases } from '#test/lab/databases/memory-databases.ts';
import { databasesContract, NOTES, PEOPLE, type DatabasesLab } from './databases.contract.ts';

const TABLES = ['public.notes', 'public.people'] as const;

const OWN = { postgres: 'postgres', mariadb: 'mysql', mongodb: 'admin' } as const;

for (const engine of ['postgres', 'mariadb', 'mongodb'] as const)
  databasesContract(`in memory, ${engine}`, async (): Promise<DatabasesLab> => {
    const databases = new MemoryDatabases(new ManualClock());
    for (const name of ['server', 'down', 'refused']) databases.addServer({ name, engine });
    for (const name of ['down', 'refused']) databases.addDatabase({ name, server: name });
    databases.server('down').down = 'connection refused';
    databases.server('refused').refuses = 'password authentication failed';
    databases.addDatabase({ name: 'pad', server: 'server', tables: { [TABLES[0]]: NOTES, [TABLES[1]]: PEOPLE } });
    const first = [...databases.live('pad').tables].map(([table, rows]) => [table, [...rows]] as const);
    return {
      databases,
      name: 'pad',
      database: 'pad',
      tables: TABLES,
      down: 'down',
      refused: 'refused',
      own: OWN[engine],
      image: true,
      takeAtLast: (database) => databases.takeAtLast('pad', database),
      async reset() {
        databases.server('server').databases = new Map([
          ['pad', { owner: 'pad', tables: new Map(first.map(([table, rows]) => [table, [...rows]])) }],
        ]);
      },
      async write() {
        databases.live('pad').tables.get(TABLES[0])?.push('one more');
      },
      close: () => Promise.resolve(),
    };
  });
