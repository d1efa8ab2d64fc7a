import type { Databases } from '#ports/databases.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { startHostMariadb } from '#test/real/host-mariadb.ts';
import { startHostPostgres } from '#test/real/host-postgres.ts';
import { type HostDatabase, onThisMachine } from './host-database.ts';
import type { SchemaEngine } from './situations.ts';

/** A server that situations are played on, one after the other. */
export interface SchemaServer {
  readonly at: HostDatabase;
  readonly databases: Databases;
  /** What clients said of failures. */
  readonly reports: MemoryReports;
  /** An empty `pad`, and nothing else that a situation before has left: neither roles nor databases. */
  reset(): Promise<void>;
  /** A script as the superuser, in `pad`. */
  script(sql: string): Promise<void>;
  /** A question to the superuser's session. @param database the server's own by default @returns what it printed */
  ask(sql: string, database?: string): Promise<string>;
  /** Takes half of the tables away. */
  damage(): Promise<void>;
  /** What the server's own clients say of `pad` and of what hangs on it, in parts that have names: a witness that knows nothing of vigie. */
  witness(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

/** @param superuser of a PostgreSQL */
export async function startSchemaServer(engine: SchemaEngine, superuser = 'postgres'): Promise<SchemaServer> {
  return engine === 'postgres' ? await postgresServer(superuser) : await mariadbServer();
}

function databasesOn(at: HostDatabase) {
  const reports = new MemoryReports();
  return { at, databases: onThisMachine(at, reports), reports };
}

/** Whatever a situation needs of a server's configuration. */
const POSTGRES_SETTINGS = ['wal_level=logical', 'shared_preload_libraries=pg_cron', 'cron.database_name=pad'];

const CLEAN_POSTGRES = `select format('alter subscription %I disable; alter subscription %1$I set (slot_name = none); drop subscription %1$I', subname) from pg_subscription where subdbid = (select oid from pg_database where datname = current_database());`;

const HALF_POSTGRES = `do $$ declare t record; begin
  for t in select * from (select format('%I.%I', nspname, relname) name, row_number() over (order by nspname, relname) n from pg_class c join pg_namespace s on s.oid = relnamespace
    where relkind in ('r', 'p') and nspname !~ '^pg_' and nspname <> 'information_schema' and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')) x where n % 2 = 1
  loop execute 'drop table if exists ' || t.name || ' cascade'; end loop;
end $$;`;

/** What stands around a thing and isn't it: tokens made at random, and what a client sets for whatever follows. */
const NOISE =
  /^(?:\\(?:un)?restrict .*|SET default_tablespace = .*|SET default_table_access_method = heap;|--\n-- PostgreSQL database dump complete\n--)\n*/gmu;

async function postgresServer(superuser: string): Promise<SchemaServer> {
  const server = await startHostPostgres(POSTGRES_SETTINGS, { superuser });
  const names = async (sql: string): Promise<readonly string[]> =>
    (await server.sql('postgres', sql)).split('\n').filter((each) => each !== '');
  return {
    ...databasesOn({ engine: 'postgres', address: server.socket, port: server.port, runAs: 'postgres', user: superuser }),
    async reset() {
      const databases = await names(`select datname from pg_database where datname not in ('postgres', 'template0', 'template1')`);
      for (const name of databases) {
        await server.sql('postgres', `alter database "${name}" reset all`);
        await server.sql('postgres', `alter database "${name}" with allow_connections true is_template false`);
        const drops = await server.sql(name, CLEAN_POSTGRES);
        for (const each of drops.split('; ').filter((sql) => sql !== '')) await server.sql(name, each);
        await server.sql('postgres', `select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = '${name}'`);
        await server.sql('postgres', `drop database "${name}" with (force)`);
      }
      for (const role of await names(`select quote_ident(rolname) from pg_roles where rolname !~ '^pg_' and rolname <> '${superuser}'`)) {
        await server.sql('postgres', `drop owned by ${role} cascade`);
        await server.sql('postgres', `drop role ${role}`);
      }
      await server.script('postgres', `${superuser === 'pad' ? '' : 'create role pad login; '}create database pad owner pad;`);
    },
    script: (sql) => server.script('pad', sql),
    ask: (sql, database = 'postgres') => server.sql(database, sql),
    damage: () => server.script('pad', HALF_POSTGRES),
    async witness() {
      const dump = (await server.dump('--create', 'pad')).replaceAll(NOISE, '').replaceAll(/^(-- Data for .*; Owner:).*$/gmu, '$1');
      const rest = await names(
        `select 'SLOT ' || slot_name, plugin from pg_replication_slots where database = 'pad' union all select 'SUBSCRIPTION IS ON ' || subname, subenabled::text from pg_subscription s join pg_database d on d.oid = subdbid where datname = 'pad'`,
      );
      return new Map([
        ...[
          ...partsOf(
            dump,
            /^-- (?:Data for )?Name: (.+?); Type: (.+?); Schema: (.+?); Owner:/u,
            ([name, type, schema]) => `${type} ${schema === '-' ? '' : `${schema} `}${name}`,
          ),
        ].map(sorted),
        ...rest.map((line) => line.split('|', 2) as [string, string]),
      ]);
    },
    close: () => server.close(),
  };
}

/** Rights stand in the order in which they were given, which says nothing. */
function sorted([name, text]: readonly [string, string]): [string, string] {
  return [name, name.startsWith('ACL ') ? text.split('\n').toSorted().join('\n') : text];
}

const OWN = `('mysql', 'information_schema', 'performance_schema', 'sys')`;
const USUAL_MARIADB =
  'set global max_statement_time = 0, lock_wait_timeout = 86400, sql_mode = default, log_bin_trust_function_creators = 1';
const HALF_MARIADB = `select concat('drop table \`', replace(table_name, '\`', '\`\`'), '\`;') from (select table_name, row_number() over (order by table_name) n from information_schema.tables where table_schema = 'pad' and table_type in ('BASE TABLE', 'SYSTEM VERSIONED')) x where n % 2 = 1`;

async function mariadbServer(): Promise<SchemaServer> {
  const server = await startHostMariadb(['--max-allowed-packet=16M', '--event-scheduler=ON', '--log-bin', '--server-id=1']);
  const names = async (sql: string): Promise<readonly string[]> =>
    (await server.sql('mysql', sql)).split('\n').filter((each) => each !== '');
  const accounts = (): Promise<readonly string[]> =>
    names(
      `select concat('\\'', user, '\\'@\\'', host, '\\'') from mysql.user where user not in ('root', 'mysql', 'mariadb.sys', 'admin') and user not like 'vigie%' and user not like '%vigie_owner' and is_role = 'N' union all select concat('\`', user, '\`') from mysql.user where is_role = 'Y' order by 1`,
    );
  const others = (): Promise<readonly string[]> =>
    names(
      `select schema_name from information_schema.schemata where schema_name not in ${OWN} and schema_name not like '%\\_vigie\\_%' order by 1`,
    );
  return {
    ...databasesOn({ engine: 'mariadb', address: server.socket, port: null, runAs: null }),
    async reset() {
      await server.sql('mysql', USUAL_MARIADB);
      const databases = await names(`select schema_name from information_schema.schemata where schema_name not in ${OWN}`);
      await server.sql('mysql', `set foreign_key_checks = 0; ${databases.map((name) => `drop database \`${name}\`;`).join(' ')}`);
      const roles = await names(`select concat('drop role \`', user, '\`;') from mysql.user where is_role = 'Y'`);
      const users = await names(
        `select concat('drop user \\'', user, '\\'@\\'', host, '\\';') from mysql.user where is_role = 'N' and user not in ('root', 'mysql', 'mariadb.sys', 'admin')`,
      );
      await server.sql(
        'mysql',
        `${[...roles, ...users].join(' ')} delete from mysql.db; delete from mysql.procs_priv; flush privileges; create database pad character set utf8mb4;`,
      );
    },
    script: async (sql) => void (await server.sql('pad', sql)),
    ask: (sql, database = 'mysql') => server.sql(database, sql),
    async damage() {
      const drops = await server.sql('mysql', HALF_MARIADB, '-r');
      await server.sql('pad', `set foreign_key_checks = 0; ${drops}`);
    },
    async witness() {
      const found = await others();
      const dump = await server.dump(
        '--force',
        '--routines',
        '--triggers',
        '--events',
        '--hex-blob',
        '--skip-dump-date',
        '--skip-extended-insert',
        '--order-by-primary',
        '--dump-history',
        '--max-allowed-packet=1G',
        '--databases',
        ...found,
      );
      const grants = await Promise.all(
        (await accounts()).map(async (name) =>
          (await server.sql('mysql', `show grants for ${name}`)).split('\n').map((line) => [`GRANTS ${name}: ${line}`, ''] as const),
        ),
      );
      const definers = (await names(DEFINERS)).map((line) => line.split('\t', 2) as [string, string]);
      let database = '';
      const parts = partsOf(dump, /^-- (?!ORDER BY|WARNING)(.+)/u, ([what = '']) => {
        if (what.startsWith('Current Database')) database = what.replace(/^Current Database: /u, '');
        return `${database} ${what}`;
      });
      const nameless = [...parts].map(([name, text]) => [name, text.replaceAll(DEFINER, 'DEFINER=…').replaceAll(AROUND, '')] as const);
      return new Map([...nameless, ...grants.flat(), ...definers]);
    },
    close: () => server.close(),
  };
}

/** What stands around each thing, and around all. */
const AROUND = /^(?:\/\*![^\n]*@(?:saved|save|OLD)_[^\n]*|DELIMITER .*|;;|-- Dump completed|)\n/gmu;

/** In whose name each thing runs: a part of its own, beside what it is. */
const DEFINER = /DEFINER=(?:`(?:[^`]|``)*`(?:@`(?:[^`]|``)*`)?|"(?:[^"]|"")*"@"(?:[^"]|"")*")/gu;
const DEFINERS = `select concat('DEFINER view ', table_name), definer from information_schema.views where table_schema = 'pad' union all select concat('DEFINER trigger ', trigger_name), definer from information_schema.triggers where trigger_schema = 'pad'
union all select concat('DEFINER ', lower(routine_type), ' ', routine_name), definer from information_schema.routines where routine_schema = 'pad' union all select concat('DEFINER event ', event_name), definer from information_schema.events where event_schema = 'pad'`;

/** What a client writes, cut before each line that says what follows. */
function partsOf(dump: string, heading: RegExp, name: (found: readonly string[]) => string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  let key = '';
  for (const part of dump.split(/^--\n(?=-- )/mu)) {
    const [, ...found] = heading.exec(part) ?? [];
    if (found.length > 0) key = name(found);
    if (key !== '') parts.set(key, `${parts.get(key) ?? ''}${part}`);
  }
  return parts;
}
