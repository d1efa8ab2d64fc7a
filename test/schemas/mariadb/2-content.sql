What may be in a table, and what its rows may be.

-- # Names that need quotes: blanks, backticks, dots, capitals, accents
-- by: vigie
-- differs: ~ DEFINER procedure p q: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER trigger t `r`: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER view v `w`: root@localhost → pad_vigie_owner@localhost
create table `Table ``q`` 'x'` (`Col one` int primary key, `séléct` text, `a.b` int, `x;y` text, `-- z` int); create table `select` (`from` int, foreign key (`from`) references `Table ``q`` 'x'` (`Col one`)); create view `v ``w``` as select `Col one` as `c d` from `Table ``q`` 'x'`; create procedure `p q`(`a b` int) select `a b`; create trigger `t ``r``` before insert on `select` for each row set new.`from` = new.`from`; create table `a/b\\c%d_e` (`é` int); create table `UPPER` (a int); 
insert into `Table ``q`` 'x'` values (1, 'a\tb\\n\0\Z', 2, ';', 3); insert into `select` values (1);
-- damage
truncate `UPPER`; drop view `v ``w```; drop procedure `p q`; drop trigger `t ``r```; drop table `a/b\\c%d_e`;

-- # Every kind of value
create table kinds (id int primary key, a bit(7), b tinyint unsigned zerofill, c decimal(65,30), d float, e double, f date, g datetime(6), h timestamp(3) null, i time(6), j year, k binary(4), l varbinary(9), m tinyblob, n longblob, o enum('a''b', 'é'), p set('x', 'y'), q json, r geometry, s point, t uuid, u inet6, v char(3) character set latin1, w text character set utf16, x inet4, y bool);
insert into kinds values (1, b'1010101', 3, 12345.678901234567890123456789, 1.1, 1e308, '0001-01-01', '9999-12-31 23:59:59.999999', '2026-03-29 02:30:00.123', '-838:59:59.999999', 2155, 'a', unhex('00ff'), unhex('5c27220a0d00'), '', 'a''b', 'x,y', '{"a": [1, null]}', st_geomfromtext('POLYGON((0 0,1 0,1 1,0 0))'), point(1, 2), uuid(), '::1', 'é', '😀', '1.2.3.4', true); insert into kinds (id, c, e, n) values (2, -0.1, -0.0, repeat(unhex('00'), 70000));

-- # A blob of ten megabytes where the server takes sixteen at once
-- by: vigie
create table files (id int primary key, content longblob, words longtext); insert into files values (1, repeat(unhex('00ff'), 5000000), 'x'), (2, 'small', 'y'), (3, repeat('z', 12000000), repeat('é', 3000000));

-- # Generated columns, sequences, defaults that compute, invisible columns, compressed ones
create sequence s1 start with 100 increment by 7 cache 10 cycle; create sequence s2 minvalue -5 maxvalue 5 nocache; create table g (id int default nextval(s1) primary key, a int, b int as (a * 2) virtual, c int as (a + 1) persistent unique, d varchar(40) default (concat('x', uuid_short() > 0)), e int invisible default 7, f longtext compressed, g int default (1 + 2), key (b));
insert into g (a, f) select seq, repeat('f', 1000) from seq_1_to_20; select nextval(s2), nextval(s2); create table counter (id int auto_increment primary key) auto_increment = 4000000000; 
-- damage
drop table g; drop sequence s1; do setval(s2, 5);

-- # History of system-versioned tables
create table prices (id int primary key, price int) with system versioning; insert into prices values (1, 10), (2, 20); update prices set price = price + 1; update prices set price = price + 1; delete from prices where id = 2;
create table stock (id int primary key, n int, at timestamp(6) generated always as row start, til timestamp(6) generated always as row end, period for system_time (at, til)) with system versioning partition by system_time (partition old history, partition cur current); insert into stock (id, n) values (1, 1); update stock set n = 2;
create table logs (id int, t text without system versioning) with system versioning; insert into logs values (1, 'x');

-- # Checks, foreign keys in circles and to itself, periods
create table a (id int primary key, b int, check (id > 0), constraint named check (id <> 7)); create table b (id int primary key, a int, constraint to_a foreign key (a) references a (id) on delete set null); alter table a add constraint to_b foreign key (b) references b (id) on update cascade; create table tree (id int primary key, up int, foreign key (up) references tree (id));
create table rent (room int, d1 date, d2 date, period for p (d1, d2), unique (room, p without overlaps)); insert into rent values (1, '2026-01-01', '2026-02-01');
insert into a values (1, null), (2, null); insert into b values (5, 1); update a set b = 5; insert into tree values (1, 1), (2, 1);

-- # Rows that break their own constraints
set foreign_key_checks = 0, check_constraint_checks = 0, sql_mode = ''; create table parents (id int primary key); create table children (id int, parent int, d date not null, constraint c check (id > 0), foreign key (parent) references parents (id)); insert into children values (-1, 99, '0000-00-00'), (2, 98, '2026-02-31');

-- # Character sets and collations of all sorts
create table latin (a varchar(20), b text collate latin1_general_cs, c text character set utf8mb4 collate utf8mb4_nopad_bin) charset=latin1; create table old (a varchar(10) character set utf8mb3 collate utf8mb3_general_ci, b char(5) character set binary, c text character set big5, d text character set cp1251) ; alter database pad character set latin2 collate latin2_croatian_ci; create table inherits (a text);
insert into latin values ('été', 'É', '😀'); insert into old (a, b, d) values ('é', 'x', 'Привет'); insert into inherits values ('č');

-- # Indexes of all sorts, comments, options
create table indexed (id int primary key comment 'l''id', a varchar(300) comment 'é "q" \\', b text, g geometry not null, u int unique, key k1 (a(10) desc, u), key k2 (u) comment 'why' using btree, fulltext k3 (a, b), spatial k4 (g), key k5 (u) ignored) comment = 'it''s' row_format = compressed key_block_size = 8 stats_persistent = 1; create table encrypted_no (a int) page_checksum = 1 engine = Aria transactional = 1; create table wide (a blob, unique (a)); insert into indexed values (1, 'a', 'some words', point(1, 2), 3); insert into wide values (repeat('a', 5000));

-- # A table without rows, one without a key, one of many rows
create table nothing (a int); create table keyless (a int, b text); insert into keyless values (1, 'a'), (1, 'a'), (null, null); create table many (id int auto_increment primary key, t varchar(100)); insert into many (t) select repeat('x', seq % 100) from seq_1_to_50000;

-- # Tables whose files somebody keeps elsewhere
-- by: person
-- stays: ! 17 "File exists")
-- stays: - `pad` Dumping data for table `elsewhere`
-- stays: - `pad` Dumping data for table `parted`
-- stays: - `pad` Table structure for table `elsewhere`
-- stays: - `pad` Table structure for table `parted`
-- left: table elsewhere
-- left: table parted
-- differs: - `pad` Dumping data for table `elsewhere`
-- differs: - `pad` Dumping data for table `parted`
-- differs: - `pad` Table structure for table `elsewhere`
-- differs: - `pad` Table structure for table `parted`
set @folder = concat('''', substring_index(@@socket, '/socket', 1), ''''); execute immediate concat('create table elsewhere (a int) engine = MyISAM data directory = ', @folder, ' index directory = ', @folder); execute immediate concat('create table parted (a int) engine = Aria partition by range (a) (partition low values less than (5) data directory = ', @folder, ', partition high values less than maxvalue)'); create table beside (a int); insert into elsewhere values (1); insert into parted values (1), (7); insert into beside values (2);
-- damage
delete from beside; delete from parted;

-- # Dates that aren't in any calendar, numbers that are nothing, counters at their end
set sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'; create table z (id int auto_increment primary key, d date not null default '0000-00-00', dt datetime(3) default '2026-02-31 00:00:00', ts timestamp not null default '0000-00-00 00:00:00', ts2 timestamp null default null, y year default 0, t time default '-01:00:00'); insert into z (id) values (0), (5), (-3); insert into z values (7, '2026-00-00', '0000-00-00 00:00:00', '1970-01-01 00:00:01', '2038-01-19 03:14:07', 1901, '838:59:59'); create table big (id bigint unsigned auto_increment primary key) auto_increment=18446744073709551614; insert into big values (18446744073709551614); create table tiny (id tinyint auto_increment primary key); insert into tiny values (127); create table fa (id float auto_increment primary key, k int) engine=MyISAM; insert into fa (k) values (1); create table comp (g int, id int auto_increment, primary key (g, id)) engine=MyISAM; insert into comp (g) values (1), (1), (2); create table nk (a int auto_increment, b int, key (b, a)) engine=Aria; insert into nk (b) values (4);
set time_zone = '+05:30'; create table tz (a timestamp null, b datetime); insert into tz values ('2026-03-29 02:30:00', '2026-03-29 02:30:00'); set time_zone = 'SYSTEM'; insert into tz values ('2025-10-26 01:30:00', null); create table emptyauto (id int auto_increment primary key) auto_increment=100; insert into emptyauto values (); delete from emptyauto;
set sql_mode = 'ALLOW_INVALID_DATES'; insert into z (id, d, dt) values (9, '2026-02-31', '2026-04-31 10:00:00');

-- # Partitions of every kind, with parts of their own, remarks, and history by month
create table rc (a int, b varchar(20), c date, primary key (a, b)) partition by range columns (a, b) (partition `p 0` values less than (5, 'm') comment 'first''s', partition p1 values less than (5, maxvalue), partition p2 values less than (maxvalue, maxvalue)); create table lc (a int, b varchar(5)) partition by list columns (b) (partition pa values in ('a', 'é', null), partition pd default);
create table sub (id int, d date) partition by range (year(d)) subpartition by key (id) subpartitions 2 (partition y25 values less than (2026) (subpartition s0 comment = 'x', subpartition s1), partition yx values less than maxvalue (subpartition s2, subpartition s3)); create table lh (a int) partition by linear hash (a + 1) partitions 3; create table lk (a int primary key, b int) partition by linear key algorithm=1 () partitions 2; create table ts (a timestamp) partition by range (unix_timestamp(a)) (partition o values less than (1767225600), partition n values less than maxvalue); create table ar (a int) engine=Aria partition by hash (a) partitions 2; create table my (a int, fulltext (b), b text) engine=MyISAM partition by hash (a);
set timestamp = unix_timestamp('2026-01-01'); create table sv (id int, t text) with system versioning partition by system_time interval 1 month starts '2026-01-01 00:00:00' auto partitions 3; create table sl (id int) with system versioning partition by system_time limit 2 partitions 4; set timestamp = default; insert into sl values (1); update sl set id = id + 1; update sl set id = id + 1; update sl set id = id + 1; insert into sv values (1, 'a'); update sv set t = 'b'; 
insert into rc values (1, 'a', null), (5, 'z', '2026-01-01'); insert into lc values (1, 'é'), (2, null), (3, 'q'); insert into sub values (1, '2025-05-05'), (2, '2026-05-05'), (3, null); insert into lh select seq from seq_1_to_10; insert into lk values (1, 1); insert into ts values ('2026-06-01 00:00:00'); insert into my values (1, 'some'); alter table lh truncate partition p1; insert into ar values (1), (2);

-- # Several columns of one table that take numbers, of sequences with quotes in their names
-- by: vigie
create user app@localhost; grant all on pad.* to app@localhost; create sequence `Seq ``x`` %` start with 9223372036854775800 cache 2; create sequence down start with -1 increment by -5 minvalue -100 maxvalue 0 cache 3 cycle; create sequence ma engine=MyISAM; create sequence zero increment by 0; do setval(zero, 55), setval(ma, 10, 0), nextval(down), nextval(down); create table t1 (id bigint default nextval(down), b bigint default nextval(`Seq ``x`` %`)); create table t2 (id bigint not null default (next value for pad.down) primary key, b int); insert into t1 values (default, default), (default, default); insert into t2 (b) values (1), (2); create definer=app@localhost trigger tr before insert on t2 for each row set new.b = nextval(ma); create definer=app@localhost function nx() returns bigint return nextval(down);
-- damage
drop table t1; drop function nx; do nextval(zero);
