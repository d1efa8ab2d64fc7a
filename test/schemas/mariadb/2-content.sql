What may be in a table, and what its rows may be.

-- # Names that need quotes: blanks, backticks, dots, capitals, accents
-- by: vigie
-- differs: ~ `pad` Dumping data for table `select`
-- differs: ~ `pad` Dumping routines for database 'pad'
-- differs: ~ `pad` Final view structure for view `v ``w```
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
