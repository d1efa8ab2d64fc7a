Schemas of projects, written from what their documentation says of their tables: enough of each to hold what is particular about it.

-- # Mobilizon: events on a map, with PostGIS
-- by: vigie
create extension postgis;
create extension citext;
create extension pg_trgm;
create extension unaccent;
set role pad;
create type event_visibility as enum ('public', 'unlisted', 'restricted', 'private');
create type join_options as enum ('free', 'restricted', 'invite');
create table addresses (id bigserial primary key, geom public.geometry(point, 4326), locality text, country text, inserted_at timestamp(0) not null default now());
create index addresses_geom on addresses using gist (geom);
create table actors (id bigserial primary key, preferred_username public.citext not null, domain text, keys text, unique (preferred_username, domain));
create table events (id bigserial primary key, title text not null, visibility event_visibility not null default 'public', joins join_options not null default 'free',
  begins_on timestamptz not null, address_id bigint references addresses on delete set null, organizer_id bigint not null references actors on delete cascade, search tsvector, uuid uuid not null unique);
create index events_search on events using gin (search);
create index events_title on events using gin (title public.gin_trgm_ops);
create function events_search_update() returns trigger language plpgsql as $$ begin new.search := setweight(to_tsvector('simple', public.unaccent(coalesce(new.title, ''))), 'A'); return new; end $$;
create trigger events_search before insert or update on events for each row execute function events_search_update();
insert into addresses (geom, locality) select public.st_setsrid(public.st_makepoint(2.8 + i / 100.0, 49.4), 4326), 'Compiègne ' || i from generate_series(1, 50) i;
insert into actors (preferred_username) select 'Actor' || i from generate_series(1, 20) i;
insert into events (title, begins_on, address_id, organizer_id, uuid) select 'Fête n° ' || i, '2026-01-01'::timestamptz + i * interval '1 day', i, i % 20 + 1, md5(i::text)::uuid from generate_series(1, 50) i;
reset role;
insert into spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) values (990001, 'local', 1, 'LOCAL_CS["ours"]', '+proj=longlat');

-- # Immich: places near each other, with earthdistance
-- by: vigie
create extension cube; create extension earthdistance; create extension unaccent; create extension pg_trgm; create extension "uuid-ossp";
set role pad;
create function f_unaccent(text) returns text language sql immutable parallel safe strict as $$ select unaccent('unaccent', $1) $$;
create table users (id uuid primary key default public.uuid_generate_v4(), email text not null unique, "isAdmin" boolean not null default false, "createdAt" timestamptz not null default now());
create table assets (id uuid primary key default public.uuid_generate_v4(), "ownerId" uuid not null references users on update cascade on delete cascade, checksum bytea not null, "originalFileName" text not null, "fileCreatedAt" timestamptz, "localDateTime" timestamptz not null);
create unique index "UQ_assets_owner_checksum" on assets ("ownerId", checksum);
create index idx_local_day on assets ((date_trunc('day', "localDateTime" at time zone 'UTC') at time zone 'UTC'));
create index idx_filename on assets using gin (public.f_unaccent("originalFileName") public.gin_trgm_ops);
create table geodata_places (id int primary key, name varchar(200) not null, longitude float8 not null, latitude float8 not null, "alternateNames" varchar, "modificationDate" date not null);
alter table geodata_places add column "earthCoord" public.cube generated always as (public.ll_to_earth(latitude, longitude)) stored;
create index "IDX_geodata_gist_earthcoord" on geodata_places using gist ("earthCoord");
create index idx_geodata_name on geodata_places using gin (public.f_unaccent(name) public.gin_trgm_ops);
insert into users (email) select 'person' || i || '@example.org' from generate_series(1, 5) i;
insert into assets ("ownerId", checksum, "originalFileName", "localDateTime") select (select id from users order by email limit 1), sha256(i::text::bytea), 'Été ' || i || '.jpg', now() from generate_series(1, 40) i;
insert into geodata_places (id, name, longitude, latitude, "modificationDate") select i, 'Lieu ' || i, i % 180, i % 90, '2026-01-01' from generate_series(1, 200) i;

-- # Mattermost: posts, with JSON and indexes for search
set role pad;
create type channel_type as enum ('P', 'G', 'O', 'D');
create table channels (id varchar(26) primary key, createat bigint, deleteat bigint, teamid varchar(26), type channel_type, displayname varchar(64), name varchar(64), header varchar(1024), extraupdateat bigint, shared boolean, totalmsgcountroot bigint, unique (name, teamid));
create table posts (id varchar(26) primary key, createat bigint, updateat bigint, channelid varchar(26), rootid varchar(26), message varchar(65535), props jsonb, hashtags varchar(1000), fileids varchar(300), hasreactions boolean, remoteid varchar(26));
create index idx_posts_message_txt on posts using gin (to_tsvector('english', message));
create index idx_posts_channel_id_delete_at_create_at on posts (channelid, createat);
create index idx_posts_root_id_delete_at on posts (rootid) where rootid <> '';
create table reactions (userid varchar(26), postid varchar(26), emojiname varchar(64), createat bigint, primary key (postid, userid, emojiname));
create table preferences (userid varchar(26), category varchar(32), name varchar(32), value text, primary key (userid, category, name)) with (fillfactor = 80);
create materialized view posts_by_team_day as select channelid, to_char(to_timestamp(createat / 1000), 'YYYY-MM-DD') as day, count(*) as num from posts group by 1, 2;
create table db_migrations (version bigint primary key, name varchar not null);
insert into channels (id, type, name, teamid) select lpad(i::text, 26, 'c'), 'O', 'town-' || i, 't' from generate_series(1, 10) i;
insert into posts (id, createat, channelid, message, props) select lpad(i::text, 26, 'p'), 1700000000000 + i, lpad((i % 10 + 1)::text, 26, 'c'), E'line one\nline \\. two — ' || i, '{"from_bot": "true"}' from generate_series(1, 300) i;
refresh materialized view posts_by_team_day;

-- # Mastodon: identifiers made by a function, and a view that is kept
create extension pg_trgm;
set role pad;
create function timestamp_id(table_name text) returns bigint language plpgsql volatile as $$ declare time_part bigint; sequence_base bigint; tail bigint; begin
  time_part := (date_part('epoch', now()) * 1000)::bigint << 16; sequence_base := ('x' || substr(md5(table_name || 'salt' || time_part::text), 1, 4))::bit(16)::bigint;
  tail := (sequence_base + nextval(table_name || '_id_seq')) & 65535; return time_part | tail; end $$;
create sequence statuses_id_seq;
create table accounts (id bigserial primary key, username varchar not null default '', domain varchar, private_key text, fields jsonb, also_known_as varchar[]);
create unique index index_accounts_on_username_and_domain_lower on accounts (lower(username), coalesce(lower(domain), ''));
create index search_index on accounts using gin ((setweight(to_tsvector('simple', username), 'A')));
create table statuses (id bigint primary key default timestamp_id('statuses'), uri varchar, text text not null default '', account_id bigint not null references accounts on delete cascade, in_reply_to_id bigint references statuses on delete set null, visibility int not null default 0, deleted_at timestamp, ordered_media_attachment_ids bigint[]);
create index index_statuses_public on statuses (id desc) where deleted_at is null and visibility = 0;
create view user_ips as select id, username from accounts;
create materialized view instances as select domain, count(*) accounts_count from accounts where domain is not null group by domain;
create unique index index_instances_on_domain on instances (domain);
insert into accounts (username, domain, also_known_as) select 'User' || i, case when i % 2 = 0 then 'example.org' end, array['a', null, '"q"'] from generate_series(1, 30) i;
insert into statuses (text, account_id) select 'toot ' || i, i from generate_series(1, 30) i;
refresh materialized view instances;

-- # Discourse: counters in triggers, and hstore
create extension hstore;
create schema backup authorization pad;
set role pad;
create table users (id serial primary key, username varchar(60) not null, username_lower varchar(60) not null unique, custom public.hstore);
create table topics (id serial primary key, title varchar not null, user_id int, posts_count int not null default 0, archetype varchar not null default 'regular', bumped_at timestamp not null default now());
create index idx_topics_front_page on topics (bumped_at) where archetype <> 'private_message';
create table posts (id serial primary key, topic_id int not null, user_id int, raw text not null, cooked text not null, post_number int not null, unique (topic_id, post_number));
create function readonly_column() returns trigger language plpgsql as $$ begin raise exception 'Discourse: % is read only', tg_argv[0]; end $$;
create trigger users_old_readonly before update on users for each row when (old.username_lower is distinct from lower(new.username)) execute function readonly_column('users.username');
create function count_posts() returns trigger language plpgsql as $$ begin update topics set posts_count = posts_count + 1 where id = new.topic_id; return new; end $$;
create trigger count_posts after insert on posts for each row execute function count_posts();
create table backup.old_users as select * from users;
insert into users (username, username_lower, custom) select 'U' || i, 'u' || i, public.hstore('k', i::text) from generate_series(1, 20) i;
insert into topics (title) select 'topic ' || i from generate_series(1, 10) i;
insert into posts (topic_id, raw, cooked, post_number) select i % 10 + 1, 'raw', '<p>raw</p>', i from generate_series(1, 60) i;

-- # Matrix Synapse: no key where none is wanted, and bytes
set role pad;
create table events (stream_ordering bigint not null, topological_ordering bigint not null, event_id text not null, type text not null, room_id text not null, content text, depth bigint not null default 0, sender text);
alter table events replica identity full;
create unique index events_event_id on events (event_id);
create index events_order_room on events (room_id, topological_ordering, stream_ordering);
create table state_groups_state (state_group bigint not null, room_id text not null, type text not null, state_key text not null, event_id text not null);
create index state_groups_state_type_idx on state_groups_state (state_group, type, state_key);
alter table state_groups_state alter column state_group set (n_distinct = -0.02), alter column type set statistics 500;
create table event_search (event_id text, room_id text, key text, vector tsvector);
create index event_search_fts_idx on event_search using gin (vector) with (fastupdate = off);
create table e2e_keys (user_id text not null, key bytea not null check (octet_length(key) > 0), ts_added_ms bigint not null);
create sequence events_stream_seq increment by -1 minvalue -9223372036854775808 start -1; select nextval('events_stream_seq') from generate_series(1, 7);
insert into events select i, i, '$' || i, 'm.room.message', '!room', '{"body": "\u00e9"}', i, '@a:b' from generate_series(1, 100) i;
insert into e2e_keys select '@u' || i, decode(md5(i::text), 'hex'), i from generate_series(1, 20) i;

-- # Nextcloud: accounts and files
set role pad;
create table oc_storages (numeric_id bigserial primary key, id varchar(64), available int not null default 1);
create table oc_filecache (fileid bigserial primary key, storage bigint not null default 0, path varchar(4000), path_hash varchar(32) not null default '', parent bigint not null default 0, name varchar(250), size bigint not null default 0, mtime bigint not null default 0, etag varchar(40));
create unique index fs_storage_path_hash on oc_filecache (storage, path_hash);
create index fs_storage_path_prefix on oc_filecache (storage, left(path, 64));
create index fs_parent on oc_filecache (parent);
create table oc_preferences (userid varchar(64) not null default '', appid varchar(32) not null default '', configkey varchar(64) not null default '', configvalue text, primary key (userid, appid, configkey));
create table oc_calendarobjects (id bigserial primary key, calendardata bytea, uri varchar(255), calendarid bigint not null, lastmodified bigint, etag varchar(32), size bigint not null);
insert into oc_filecache (storage, path, path_hash, name) select 1, 'files/Été/' || i, md5(i::text), 'n' || i from generate_series(1, 100) i;
insert into oc_calendarobjects (calendardata, calendarid, size) select convert_to(E'BEGIN:VCALENDAR\r\n', 'UTF8'), 1, 17 from generate_series(1, 10);

-- # Gitea and Keycloak: many keys between many tables, in a circle too
set role pad;
create table "user" (id bigserial primary key, lower_name varchar(255) not null, name varchar(255) not null, "order" int);
create unique index "UQE_user_lower_name" on "user" (lower_name);
create table repository (id bigserial primary key, owner_id bigint, lower_name varchar(255) not null, default_issue bigint);
create table issue (id bigserial primary key, repo_id bigint references repository, "index" bigint, poster_id bigint references "user", unique (repo_id, "index"));
alter table repository add constraint default_issue_of foreign key (default_issue) references issue deferrable initially deferred;
create table keycloak_group (id varchar(36) primary key, name varchar(255), parent_group varchar(36) not null, realm_id varchar(36), constraint sibling_names unique (realm_id, parent_group, name));
create table component_config (id varchar(36) primary key, component_id varchar(36) not null, name varchar(255) not null, value text);
insert into "user" (lower_name, name) select 'u' || i, 'U' || i from generate_series(1, 10) i;
insert into repository (owner_id, lower_name) select i, 'r' || i from generate_series(1, 10) i;
insert into issue (repo_id, "index", poster_id) select i, 1, i from generate_series(1, 10) i;
update repository set default_issue = id;

-- # PeerTube: search of its own, in a schema's own dictionary
create extension unaccent; create extension pg_trgm;
grant create on schema public to pad; set role pad;
create text search configuration simple_unaccent (copy = simple);
alter text search configuration simple_unaccent alter mapping for hword, hword_part, word with public.unaccent, simple;
create table video (id serial primary key, uuid uuid not null unique, name varchar not null, views int not null default 0, duration int not null, "publishedAt" timestamptz, tags varchar[] default '{}', "originallyPublishedAt" timestamptz);
create index video_name_trigram on video using gin (lower(name) public.gin_trgm_ops);
create index video_tags on video using gin (tags);
create table "videoFile" (id serial primary key, "videoId" int references video on delete cascade on update cascade, size bigint, resolution int, metadata jsonb, unique ("videoId", resolution));
create aggregate array_all (anycompatiblearray) (sfunc = array_cat, stype = anycompatiblearray, initcond = '{}');
insert into video (uuid, name, duration) select md5(i::text)::uuid, 'vidéo ' || i, i from generate_series(1, 40) i;
insert into "videoFile" ("videoId", size, resolution, metadata) select i, 9e9, 720, '{"format": {"tags": []}}' from generate_series(1, 40) i;

-- # GitLab: a thousand lines of partitions, in schemas of their own
create schema gitlab_partitions_dynamic authorization pad; create schema gitlab_partitions_static authorization pad; create extension btree_gist;
set role pad;
create table audit_events (id bigserial, author_id int not null, created_at timestamp not null, details text, primary key (id, created_at)) partition by range (created_at);
create table gitlab_partitions_dynamic.audit_events_000000 partition of audit_events for values from (minvalue) to ('2026-01-01');
create table gitlab_partitions_dynamic.audit_events_202601 partition of audit_events for values from ('2026-01-01') to ('2026-02-01');
create table issues_hashed (project_id bigint not null, iid int not null, primary key (project_id, iid)) partition by hash (project_id);
select format('create table gitlab_partitions_static.issues_hashed_%s partition of issues_hashed for values with (modulus 16, remainder %s)', i, i) from generate_series(0, 15) i \gexec
create table iterations (id bigserial primary key, group_id bigint, during daterange, exclude using gist (group_id with =, during with &&), check (not isempty(during)));
create function table_sync() returns trigger language plpgsql as $$ begin if tg_op = 'DELETE' then return null; end if; return null; end $$;
create trigger table_sync after insert or update or delete on audit_events for each row execute function table_sync();
alter table audit_events disable trigger table_sync;
insert into audit_events (author_id, created_at) select i, '2025-12-15'::timestamp + i * interval '1 day' from generate_series(1, 40) i;
insert into issues_hashed select i, 1 from generate_series(1, 100) i;
insert into iterations (group_id, during) values (1, '[2026-01-01,2026-02-01)');

-- # Odoo: rules written in the database, and a role beside
create role odoo_readonly nologin;
set role pad;
create table res_partner (id serial primary key, name varchar, parent_id int references res_partner, vat varchar, complete_name varchar, write_date timestamp, constraint name_set check (name is not null or vat is not null));
comment on table res_partner is 'Contact'; comment on column res_partner.vat is 'N° de TVA';
create table ir_attachment (id serial primary key, db_datas bytea, res_model varchar, index_content text);
create table rel (a int references res_partner on delete cascade, b int references ir_attachment on delete cascade, primary key (a, b)); create index on rel (b, a);
grant select on all tables in schema public to odoo_readonly; grant usage on schema public to odoo_readonly;
create view report as select p.name, count(*) from res_partner p left join rel on a = p.id group by p.name; grant select on report to odoo_readonly;
insert into res_partner (name, parent_id) select 'P' || i, nullif(i / 2, 0) from generate_series(1, 30) i;
