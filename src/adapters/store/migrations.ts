import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Each migration once, in the order of the names. A migration only adds: the release before must be able to read what
 * the next one wrote, since vigie may deploy itself and be rolled back.
 */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001-operations': {
    async up(db) {
      for (const statement of FIRST) await sql.raw(statement).execute(db);
    },
  },
  '002-alerts': {
    async up(db) {
      for (const statement of ALERTS) await sql.raw(statement).execute(db);
    },
  },
  '003-swaps': {
    async up(db) {
      for (const statement of SWAPS) await sql.raw(statement).execute(db);
    },
  },
  '004-backups': {
    async up(db) {
      for (const statement of BACKUPS) await sql.raw(statement).execute(db);
    },
  },
  '005-occurrences': {
    async up(db) {
      for (const statement of OCCURRENCES) await sql.raw(statement).execute(db);
    },
  },
  '006-places': {
    async up(db) {
      const { rows } = await sql<{ name: string }>`select name from pragma_table_info('says')`.execute(db);
      // A store whose list of migrations was lost has them already.
      const there = new Set(rows.map(({ name }) => name));
      for (const [name, type] of PLACES) if (!there.has(name)) await sql.raw(`alter table says add column ${name} ${type}`).execute(db);
    },
  },
  '007-freezes': {
    async up(db) {
      for (const statement of FREEZES) await sql.raw(statement).execute(db);
    },
  },
};

/** Where a post stands that could not stay where it was meant, and what it left there. */
const PLACES: readonly (readonly [name: string, type: string])[] = [
  ['place', 'text'],
  ['left_post', 'text'],
  ['left_version', 'integer not null default 0'],
];

const FREEZES = [
  `create table freezes (operation text primary key, at integer not null, ends_at integer not null, body text not null) strict`,
  `create index freezes_end on freezes (ends_at)`,
];

const BACKUPS = [
  `create table backups (kind text not null, target text not null, id text not null, at integer not null, pruned_at integer,
     remains integer not null, body text not null, primary key (kind, target, id)) strict`,
  `create index backups_at on backups (target, at)`,
];

const OCCURRENCES = [
  // The key makes an occurrence happen once, whoever finds it due.
  `create table occurrences (job text not null, due_at integer not null, state text not null, because text,
     operations text not null, entered_at integer not null, ended_at integer, primary key (job, due_at)) strict`,
  `create index occurrences_open on occurrences (job) where state = 'started'`,
  `create index occurrences_entered on occurrences (entered_at)`,
];

const SWAPS = [
  // In the order of the positions: the later one wins.
  `create table swaps (position integer primary key autoincrement, operation text not null unique, person text not null,
     starts_at integer not null, ends_at integer not null, by text not null, at integer not null) strict`,
  `create index swaps_end on swaps (ends_at)`,
];

const ALERTS = [
  `create table alert_items (kind text not null, id text not null, open integer not null, updated_at integer not null,
     body text not null, primary key (kind, id)) strict`,
  `create index alert_items_open on alert_items (kind, open, updated_at)`,
  `create table pages (key text not null, pager text not null, page text not null, attempts integer not null,
     not_before integer not null, created_at integer not null, sent_at integer, failure text, primary key (key, pager)) strict`,
  `create index pages_due on pages (not_before) where sent_at is null`,
];

const FIRST = [
  `create table operations (id text primary key, state text not null, action text not null, target text,
     created_at integer not null, updated_at integer not null, body text not null) strict`,
  `create index operations_state on operations (state)`,
  `create table votes (operation text not null references operations (id), plan_hash text not null, user text not null,
     verdict text not null, means text not null, at integer not null,
     primary key (operation, plan_hash, user, verdict)) strict`,
  `create table steps (operation text not null references operations (id), name text not null, position integer not null,
     mode text not null, state text not null, result text not null, started_at integer not null, ended_at integer,
     primary key (operation, name)) strict`,
  `create table locks (path text primary key, operation text not null references operations (id), since integer not null) strict`,
  `create table audit (seq integer primary key, at integer not null, kind text not null, operation text, by text not null,
     detail text not null, previous text not null, hash text not null) strict`,
  `create index audit_at on audit (at)`,
  // Append-only: even a mistake in the code can't rewrite what was written.
  `create trigger audit_no_update before update on audit begin select raise(abort, 'the audit is append-only'); end`,
  `create trigger audit_no_delete before delete on audit begin select raise(abort, 'the audit is append-only'); end`,
  `create table says (position integer primary key autoincrement, key text not null unique, kind text not null,
     channel text not null, root text, under_key text, message text not null, seeds text not null, seeded text not null,
     version integer not null, sent_version integer not null, post_id text, fingerprint text, attempts integer not null,
     not_before integer not null, created_at integer not null, sent_at integer, failure text) strict`,
  `create index says_due on says (not_before) where version > sent_version`,
  `create index says_post on says (post_id) where post_id is not null`,
  `create table releases (service text not null, number integer not null, image text not null, digest text not null,
     spec text not null, operation text, requester text, approvers text not null, origin text not null, at integer not null,
     primary key (service, number)) strict`,
  `create table seen (key text primary key, at integer not null) strict`,
  `create table cursors (channel text primary key, at integer not null) strict`,
  `create table facts (name text primary key, value text not null) strict`,
];
