import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startHostPostgres } from '#test/real/host-postgres.ts';
import type { Many, ManyOrders } from './many-child.ts';
import { launch } from './launch.ts';
import { floorOf, type Row } from './table.ts';

/** What is made, so many of it in each of some transactions: a server remembers only so many locks. */
interface Subject {
  readonly what: string;
  readonly count: number;
  readonly step: number;
  /** In a loop over `i`. */
  readonly one: string;
}

const SUBJECTS: readonly Subject[] = [
  {
    what: '10,000 tables',
    count: 10_000,
    step: 500,
    one: `execute format('create table t%s (id int primary key, name text not null)', i)`,
  },
  { what: '500,000 large objects', count: 500_000, step: 20_000, one: `perform lo_from_bytea(0, decode(md5(i::text), 'hex'))` },
];

/** A PostgreSQL with very many things: a backup and a restore of vigie's, against what the server's own client takes for the dump alone. */
export async function manyRows(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const subject of SUBJECTS) rows.push(...(await rowsOf(subject)));
  return rows;
}

async function rowsOf({ what, count, step, one }: Subject): Promise<readonly Row[]> {
  const postgres = await startHostPostgres();
  try {
    await postgres.sql('postgres', 'create database pad');
    for (let from = 1; from <= count; from += step)
      await postgres.sql('pad', `do $$ begin for i in ${from}..${from + step - 1} loop ${one}; end loop; end $$`);
    const begin = performance.now();
    await postgres.dump('-Fc', '-f', join(postgres.socket, 'plain.dump'), 'pad');
    const plain = performance.now() - begin;
    const { taken, restored, peak, before } = await vigie({ address: postgres.socket, port: postgres.port });
    const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
    return [
      {
        what: `backup of ${what}: counted twice, dumped, looked into`,
        measured: seconds(taken),
        aim: '',
        ...floorOf(taken / 1_000, plain / 1_000, 's', 'pg_dump alone'),
      },
      { what: `restore of them: loaded, given to their owners, put in place`, measured: seconds(restored), aim: '' },
      { what: 'memory at its most, all of vigie loaded', measured: `${Math.round(peak)} MB (before ${Math.round(before)})`, aim: '' },
    ];
  } finally {
    await postgres.close();
  }
}

async function vigie(orders: ManyOrders): Promise<Many> {
  const { flags, env } = launch();
  const program = join(import.meta.dirname, 'many-child.ts');
  const child = await promisify(execFile)(process.execPath, [...flags, program, JSON.stringify(orders)], { env });
  return JSON.parse(child.stdout.trim().split('\n').at(-1) ?? '');
}
