Schemas of projects, written from what their documentation says of their tables: enough of each to hold what is particular about it.

-- # WordPress: posts and their meta, with dates of nothing
set sql_mode = '';
create table wp_users (ID bigint(20) unsigned not null auto_increment primary key, user_login varchar(60) not null default '', user_pass varchar(255) not null default '', user_registered datetime not null default '0000-00-00 00:00:00', key user_login_key (user_login)) default charset=utf8mb4 collate=utf8mb4_unicode_520_ci;
create table wp_posts (ID bigint(20) unsigned not null auto_increment, post_author bigint(20) unsigned not null default 0, post_date datetime not null default '0000-00-00 00:00:00', post_content longtext not null, post_title text not null, post_status varchar(20) not null default 'publish', post_name varchar(200) not null default '', guid varchar(255) not null default '', primary key (ID), key post_name (post_name(191)), key type_status_date (post_status, post_date, ID)) auto_increment=500 default charset=utf8mb4 collate=utf8mb4_unicode_520_ci;
create table wp_options (option_id bigint(20) unsigned not null auto_increment primary key, option_name varchar(191) not null default '', option_value longtext not null, autoload varchar(20) not null default 'yes', unique key option_name (option_name)) default charset=utf8mb4;
insert into wp_users (user_login) select concat('user', seq) from seq_1_to_20; insert into wp_posts (post_content, post_title) select concat('<!-- wp:paragraph --><p>C\'est "ça" \\ 😀 ', seq, '</p>\n'), 'été' from seq_1_to_50;
insert into wp_options (option_name, option_value) values ('cron', 'a:1:{i:1;s:2:"x\0";}'), ('siteurl', 'https://example.org');

-- # Nextcloud: files, with four bytes a character
create table oc_storages (numeric_id bigint auto_increment primary key, id varchar(64) collate utf8mb4_bin, unique (id)) row_format=dynamic default charset=utf8mb4 collate=utf8mb4_bin;
create table oc_filecache (fileid bigint auto_increment primary key, storage bigint not null default 0, path varchar(4000) collate utf8mb4_bin, path_hash varchar(32) collate utf8mb4_bin not null default '', parent bigint not null default 0, size bigint not null default 0, etag varchar(40), unique key fs_storage_path_hash (storage, path_hash), key fs_storage_path_prefix (storage, path(64))) default charset=utf8mb4 collate=utf8mb4_bin row_format=dynamic;
create table oc_calendarobjects (id bigint unsigned auto_increment primary key, calendardata longblob, uri varchar(255), size bigint unsigned not null);
insert into oc_filecache (storage, path, path_hash) select 1, concat('files/Été 😀/', seq), md5(seq) from seq_1_to_100; insert into oc_calendarobjects (calendardata, size) select concat(unhex('00ff0a0d1a5c27'), seq), 3 from seq_1_to_10;

-- # Matomo: counters, addresses in bytes, archives by month
create table matomo_log_visit (idvisit bigint(10) unsigned not null auto_increment primary key, idsite int unsigned not null, idvisitor binary(8) not null, visit_last_action_time datetime not null, config_id binary(8) not null, location_ip varbinary(16) not null, custom_float float, index index_idsite_config_datetime (idsite, config_id, visit_last_action_time));
create table matomo_archive_blob_2026_01 (idarchive int unsigned not null, name varchar(190) not null, idsite int unsigned, date1 date, value mediumblob, primary key (idarchive, name)); create table matomo_option (option_name varchar(191) not null primary key, option_value longtext not null, autoload tinyint not null default 1);
create table matomo_sequence (name varchar(120) primary key, value bigint unsigned not null) engine=Aria;
insert into matomo_log_visit (idsite, idvisitor, visit_last_action_time, config_id, location_ip, custom_float) select 1, unhex(left(md5(seq), 16)), '2026-01-01' + interval seq minute, unhex(left(md5(-seq), 16)), inet6_aton('2001:db8::1'), seq / 3 from seq_1_to_80; insert into matomo_archive_blob_2026_01 select seq, 'Actions', 1, null, compress(repeat('x', seq)) from seq_1_to_20; insert into matomo_sequence values ('a', 18446744073709551615);

-- # MediaWiki: everything in bytes
create table page (page_id int unsigned not null auto_increment primary key, page_namespace int not null, page_title varbinary(255) not null, page_random double unsigned not null, page_touched binary(14) not null, unique index page_name_title (page_namespace, page_title)) default charset=binary;
create table text (old_id int unsigned not null auto_increment primary key, old_text mediumblob not null, old_flags tinyblob not null) max_rows=10000000 avg_row_length=10240 default charset=binary;
create table searchindex (si_page int unsigned not null, si_title varchar(255) not null default '', si_text mediumtext not null, unique key (si_page), fulltext si_title (si_title), fulltext si_text (si_text)) engine=MyISAM default charset=utf8mb3;
create table categorylinks (cl_from int unsigned not null default 0, cl_to varbinary(255) not null default '', cl_sortkey varbinary(230) not null default '', cl_type enum('page', 'subcat', 'file') not null default 'page', primary key (cl_from, cl_to)) default charset=binary;
insert into page (page_namespace, page_title, page_random, page_touched) select 0, concat('Été_', seq), 1 / seq, '20260101000000' from seq_1_to_40; insert into text (old_text, old_flags) select concat('== ', seq, ' ==\r\n', unhex('c328')), 'utf-8' from seq_1_to_40; insert into searchindex select seq, 'title', 'some text to be found' from seq_1_to_10;

-- # Dolibarr: many foreign keys, and triggers of its own
-- by: vigie
-- differs: ~ DEFINER trigger sum_up: root@localhost → pad_vigie_owner@localhost
create table llx_societe (rowid integer auto_increment primary key, nom varchar(128), entity integer default 1 not null, parent integer, capital double(24,8), tms timestamp default current_timestamp on update current_timestamp, unique uk_societe (nom, entity), constraint fk_parent foreign key (parent) references llx_societe (rowid)) engine=innodb;
create table llx_facture (rowid integer auto_increment primary key, ref varchar(30) not null, fk_soc integer not null, total_ttc double(24,8) default 0, datef date, constraint fk_facture_fk_soc foreign key (fk_soc) references llx_societe (rowid) on delete restrict on update cascade);
create table llx_facturedet (rowid integer auto_increment primary key, fk_facture integer not null, qty real, price double, constraint fk_det foreign key (fk_facture) references llx_facture (rowid) on delete cascade);
delimiter //
create trigger sum_up after insert on llx_facturedet for each row begin update llx_facture set total_ttc = total_ttc + new.qty * new.price where rowid = new.fk_facture; end//
delimiter ;
insert into llx_societe (nom, parent) values ('Association', null), ('Société anonyme', 1); insert into llx_facture (ref, fk_soc) select concat('FA', seq), 2 from seq_1_to_20; insert into llx_facturedet (fk_facture, qty, price) select seq, 2, 1.1 from seq_1_to_20;

-- # Mattermost: its older home
create table Posts (Id varchar(26) primary key, CreateAt bigint(20), ChannelId varchar(26), Message text, Props json, Hashtags text, key idx_posts_channel (ChannelId, CreateAt), fulltext key idx_posts_message_txt (Message), fulltext key idx_posts_hashtags_txt (Hashtags)) default charset=utf8mb4;
create table Channels (Id varchar(26) primary key, Type enum('D', 'O', 'G', 'P'), Name varchar(64), TeamId varchar(26), Header text, unique key Name (Name, TeamId)) default charset=utf8mb4; create table Sessions (Id varchar(26) primary key, Token varchar(26), Props json default json_object(), key idx_token (Token));
insert into Posts values ('a', 1, 'c', 'line\nbreak — 😀', '{"from_bot": "true", "é": "\\""}', ''); insert into Posts select lpad(seq, 26, 'p'), seq, 'c', concat('message ', seq), '{}', '#tag' from seq_1_to_200; insert into Channels values ('c', 'O', 'town-square', 't', '');

-- # Roundcube and Piwigo: contacts and pictures
create table contacts (contact_id int(10) unsigned not null auto_increment primary key, changed datetime not null default '1000-01-01 00:00:00', del tinyint(1) not null default 0, name varchar(128) not null default '', vcard longtext, words text, user_id int(10) unsigned not null, index user_contacts_index (user_id, del)) row_format=dynamic;
create table cache_index (user_id int unsigned not null, mailbox varchar(255) binary not null, expires datetime default null, valid tinyint not null default 0, data longtext not null, primary key (user_id, mailbox));
create table piwigo_images (id mediumint(8) unsigned not null auto_increment primary key, file varchar(255) character set utf8mb3 collate utf8mb3_bin not null default '', latitude double(8,6), md5sum char(32), rating_score float(5,2) unsigned, added_by mediumint unsigned default 0, lastmodified timestamp not null default current_timestamp() on update current_timestamp());
create table piwigo_history (id int unsigned not null auto_increment primary key, date date not null default '1970-01-01', section enum('categories', 'tags', 'l\'accueil'), image_type set('picture', 'high', 'other'));
insert into contacts (name, vcard, user_id) select concat('N', seq), 'BEGIN:VCARD\r\nFN:É\r\n', 1 from seq_1_to_30; insert into piwigo_images (file, latitude) select concat('é', seq, '.jpg'), 49.4 from seq_1_to_30; insert into piwigo_history (section, image_type) values ('l\'accueil', 'picture,other');

-- # BookStack and Kanboard: small, with keys that go down
create table projects (id int not null auto_increment primary key, name text not null, is_active tinyint(1) default 1, token varchar(255), identifier varchar(50), owner_id int default 0) engine=innodb charset=utf8mb4;
create table tasks (id int not null auto_increment primary key, title text not null, project_id int not null, recurrence json, score int, foreign key (project_id) references projects (id) on delete cascade, index tasks_project (project_id)) charset=utf8mb4;
create table entities (id int unsigned auto_increment primary key, html longtext generated always as (concat('<p>', name, '</p>')) virtual, name varchar(100), slug varchar(191) as (lower(name)) persistent, index (slug), unique (name));
insert into projects (name) values ('one'), ('two'); insert into tasks (title, project_id) select 'do', seq % 2 + 1 from seq_1_to_20; insert into entities (name) select concat('N', seq) from seq_1_to_10;

-- # PrestaShop: prices, and tables in several engines
create table ps_product (id_product int(10) unsigned not null auto_increment primary key, price decimal(20,6) not null default '0.000000', ean13 varchar(13), date_add datetime not null, available_date date not null default '1970-01-01') engine=innodb default charset=utf8mb4 collate=utf8mb4_unicode_ci;
create table ps_connections (id int auto_increment primary key, ip bigint, at timestamp(6) default current_timestamp(6)) engine=MyISAM checksum=1 delay_key_write=1; create table ps_cache (k char(32) primary key, v varchar(2000)) engine=MEMORY; create table ps_merge (id int auto_increment primary key, ip bigint, at timestamp(6) default current_timestamp(6)) engine=MRG_MyISAM union=(ps_connections); create table ps_csv (id int not null, t varchar(20) not null) engine=CSV;
insert into ps_product (price, date_add) select seq / 7, now() from seq_1_to_40; insert into ps_connections (ip) select seq from seq_1_to_10; insert into ps_csv values (1, 'a,"b"');

-- # Zabbix: history in partitions
-- by: vigie
-- differs: ~ DEFINER trigger hosts_insert: root@localhost → pad_vigie_owner@localhost
create table history (itemid bigint unsigned not null, clock integer default 0 not null, value double precision default 0.0000 not null, ns integer not null, primary key (itemid, clock, ns)) partition by range (clock) (partition p2025 values less than (1767225600), partition p2026 values less than (1798761600), partition later values less than maxvalue);
create table ids (table_name varchar(64) not null, nextid bigint unsigned not null, primary key (table_name)) partition by key (table_name) partitions 4; create table trends (itemid bigint, d date) partition by list columns (d) subpartition by hash (itemid) subpartitions 2 (partition a values in ('2026-01-01', null), partition b default); create table changelog (changelogid bigint auto_increment primary key, object int not null default 0, operation int, clock int);
create trigger hosts_insert after insert on ids for each row insert into changelog (object, operation, clock) values (1, 1, unix_timestamp());
insert into history select seq, 1767225000 + seq * 60, seq, 0 from seq_1_to_60; insert into ids values ('a', 1), ('b', 2); insert into trends values (1, null), (2, '2026-03-01');
