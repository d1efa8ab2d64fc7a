import { z } from 'zod';
import { parseJson } from '#kernel/json.ts';
import type { Replication } from '#ports/databases.ts';
import type { Server } from '../dialect.ts';
import { identifier, literal, MAINTENANCE, psql, rows } from './psql.ts';

/**
 * Where a database says what of it was put to sleep: a setting of superusers in it, that nothing else reads and that goes where the database goes. Whoever owns a database sets for everybody in it, and
 * a dump while it is loaded: what superusers have set nobody else did.
 */
export const ASLEEP = 'vigie.asleep';

const slot = z.strictObject({ name: z.string(), plugin: z.string(), twoPhase: z.boolean() });
const asleep = z.strictObject({ subscriptions: z.array(z.string()), slots: z.array(slot) });

/**
 * What works by itself in a database, or holds something for it: subscriptions go on writing into it, and replication slots keep the server's log for whoever read from it. A dump has no slots, and
 * they stay with the database that they were made in.
 */
export type Asleep = z.infer<typeof asleep>;

const AWAKE = `select json_build_object(
  'subscriptions', (select coalesce(json_agg(subname order by subname), '[]') from pg_subscription where subenabled and subdbid = (select oid from pg_database where datname = current_database())),
  'slots', (select coalesce(json_agg(json_build_object('name', slot_name, 'plugin', plugin, 'twoPhase', coalesce((to_jsonb(s)->>'two_phase')::boolean, false)) order by slot_name), '[]')
    from pg_replication_slots s where slot_type = 'logical' and not temporary and database = current_database()));`;

const standing = z.strictObject({
  slots: z.array(z.strictObject({ name: z.string(), active: z.boolean(), keptBytes: z.number().nullable() })),
  subscriptions: z.array(z.strictObject({ name: z.string(), slot: z.string().nullable() })),
});

const STANDING = `select json_build_object(
  'slots', (select coalesce(json_agg(json_build_object('name', slot_name, 'active', active, 'keptBytes', case when not pg_is_in_recovery() then pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::int8 end) order by slot_name), '[]')
    from pg_replication_slots where slot_type = 'logical' and not temporary and database = current_database()),
  'subscriptions', (select coalesce(json_agg(json_build_object('name', subname, 'slot', subslotname) order by subname), '[]') from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())));`;

/** As of the port. One that lets nobody in says nothing. */
export async function replication(server: Server, database: string, signal?: AbortSignal): Promise<Replication> {
  const [found] = await rows(server, database, { sql: STANDING, row: standing }, signal);
  return found ?? { slots: [], subscriptions: [] };
}

/** Notes what works in a database, and ends it. Slots go once nobody is connected any more: `dropSlots`. */
export async function putToSleep(server: Server, database: string, signal?: AbortSignal): Promise<void> {
  const [found] = await rows(server, database, { sql: AWAKE, row: asleep }, signal);
  if (found === undefined || isNothing(found)) return;
  await psql(server, MAINTENANCE, noted(database, found), signal);
  const off = found.subscriptions.map((name) => `alter subscription ${identifier(name)} disable;`);
  if (off.length > 0) await psql(server, database, off.join('\n'), signal);
}

function isNothing({ subscriptions, slots }: Asleep): boolean {
  return subscriptions.length === 0 && slots.length === 0;
}

/** SQL that notes it. */
export function noted(database: string, what: Asleep): string {
  return `alter role current_user in database ${identifier(database)} set ${ASLEEP} = ${literal(JSON.stringify(what))};`;
}

/** SQL that ends a database's logical slots that nobody reads. */
export function dropSlots(database: string): string {
  return `do $$ begin perform pg_drop_replication_slot(slot_name) from pg_replication_slots where database = ${literal(database)} and slot_type = 'logical' and not active; end $$;`;
}

/** What was put to sleep in a database; null: nothing. */
export async function asleepIn(server: Server, database: string, signal?: AbortSignal): Promise<Asleep | null> {
  const prefix = literal(`${ASLEEP}=`);
  const sql = `select json_build_object('noted', substr(setting, length(${prefix}) + 1)) from pg_database d join pg_db_role_setting s on s.setdatabase = d.oid join pg_roles r on r.oid = s.setrole and (rolsuper or rolname = current_user), unnest(setconfig) as setting
  where datname = ${literal(database)} and starts_with(setting, ${prefix});`;
  const [found] = await rows(server, MAINTENANCE, { sql, row: z.strictObject({ noted: z.string() }) }, signal);
  return found === undefined ? null : asleep.parse(parseJson(found.noted));
}

/**
 * Lets work what belongs to the live database: what was put to sleep in it when it was kept, and the slots of what it replaced, which are made anew: whoever reads them has to be filled anew.
 * May be repeated.
 * @param kept what it replaced; the same one where nothing was replaced after all
 */
export async function wake(
  server: Server,
  { live, kept }: { readonly live: string; readonly kept: string },
  signal?: AbortSignal,
): Promise<void> {
  const [own, replaced] = [await asleepIn(server, live, signal), await asleepIn(server, kept, signal)];
  const made = (replaced ?? own)?.slots.map(
    ({ name, plugin, twoPhase }) =>
      `do $$ begin if not exists (select from pg_replication_slots where slot_name = ${literal(name)}) then perform pg_create_logical_replication_slot(${literal(name)}, ${literal(plugin)}, false, ${String(twoPhase)}); end if; end $$;`,
  );
  const on = own?.subscriptions.map(
    (name) => `select format('alter subscription %I enable', subname) from pg_subscription where subname = ${literal(name)} \\gexec`,
  );
  const script = [...(made ?? []), ...(on ?? [])];
  if (script.length > 0) await psql(server, live, script.join('\n'), signal);
  if (own !== null) await psql(server, MAINTENANCE, `alter role current_user in database ${identifier(live)} reset ${ASLEEP};`, signal);
}

/** SQL for a database that is to be dropped: with a subscription or a slot it can't be. A publisher's own slot is left alone: it may be another one's by now. */
export async function endForGood(server: Server, database: string, signal?: AbortSignal): Promise<void> {
  const sql = `select json_build_object('name', subname) from pg_subscription where subdbid = (select oid from pg_database where datname = ${literal(database)});`;
  const found = await rows(server, MAINTENANCE, { sql, row: z.strictObject({ name: z.string() }) }, signal);
  if (found.length === 0) return;
  const script = found.map(({ name }) => {
    const subscription = identifier(name);
    return `alter subscription ${subscription} disable;\nalter subscription ${subscription} set (slot_name = none);\ndrop subscription ${subscription};`;
  });
  await psql(server, MAINTENANCE, `alter database ${identifier(database)} with allow_connections true;`, signal);
  await psql(server, database, script.join('\n'), signal);
}
