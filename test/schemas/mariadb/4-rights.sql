Who may do what, and what belongs to the server.

-- # Rights on the database, its tables, columns and routines
-- by: vigie
-- differs: ~ DEFINER function f: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER procedure p: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER view v: root@localhost → pad_vigie_owner@localhost
create user app@localhost identified by 'x'; create user reader@'%'; create role team; grant team to reader@'%'; create table t (id int primary key, a text, b text); create procedure p() select 1; create function f() returns int return 1; create view v as select id from t;
grant all on pad.* to app@localhost with grant option; grant select (id, a), update (b) on pad.t to reader@'%'; grant select on pad.v to team; grant execute on procedure pad.p to reader@'%' with grant option; grant execute, alter routine on function pad.f to team; grant create temporary tables, lock tables on pad.* to team; insert into t values (1, 'a', 'b');
-- damage
drop view v; drop table t; drop procedure p; drop function f;

-- # Rights on patterns of names
-- by: vigie
create user any@'%'; grant select on `pa_`.* to any@'%'; grant insert on `p%`.* to any@'%'; create table t (a int); insert into t values (1);

-- # Limits that somebody has set for the server
-- by: vigie
create table t (a int); insert into t select seq from seq_1_to_1000; set global max_statement_time = 2; set global lock_wait_timeout = 1; set global sql_mode = 'ANSI_QUOTES,STRICT_ALL_TABLES,NO_ZERO_DATE'; 
-- damage
set statement max_statement_time = 0 for delete from t;

-- # Character set of the database, its collation, and a comment
-- by: vigie
alter database pad character set latin1 collate latin1_german2_ci comment 'the pad''s'; create table t (a text); insert into t values ('ä');

-- # A foreign key whose table is gone
set foreign_key_checks = 0; create table children (id int primary key, parent int, constraint of_parent foreign key (parent) references parents (id)); insert into children values (1, 5); create table t (a int);

-- # A sequence that several tables take their numbers from
create sequence ids start with 10; create table one (id bigint default next value for ids primary key, a int); create table two (id bigint not null default (nextval(ids)), b int); insert into one (a) values (1), (2); insert into two (b) values (3);

-- # A default that computes with a sequence
-- by: person
-- stays: ~ `pad` Dumping data for table `computed`: INSERT INTO `computed` VALUES ('x10',1); → 
-- left: table computed
-- differs: - `pad` Dumping data for table `computed`
-- differs: - `pad` Table structure for table `computed`
create sequence ids start with 10; create table plain (a int); create table computed (id varchar(20) default (concat('x', nextval(ids))), a int); insert into computed (a) values (1); insert into plain values (1);

-- # Counters after their greatest row, and one at its end
create table ahead (id int auto_increment primary key) auto_increment = 1000; insert into ahead values (null), (null); delete from ahead; create table full (id tinyint auto_increment primary key); insert into full values (127); create table zero (id int auto_increment primary key, a int); set sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; insert into zero values (0, 1);

-- # Tables that a swap of its own left behind
create table `_vigie_other` (a int); insert into `_vigie_other` values (1); create table t (a int); insert into t values (2);

-- # Compressed, encrypted and other options of tables
create table c (a int primary key, b text) row_format=compressed; create table d (a int, b text) page_compressed=1; create table e (a int) engine=Aria transactional=0; create table f (a int) with system versioning partition by hash (a) partitions 2; insert into c values (1, repeat('x', 10000)); insert into f values (1);

-- # Row formats, and many columns
create table many (id int primary key, c1 varchar(200), c2 varchar(200), c3 varchar(200), c4 text, c5 text, c6 text, c7 blob, c8 blob, c9 longtext, unique (c1, c2), index (c4(100)), check (json_valid(c9))) row_format = dynamic; insert into many (id, c1, c2, c9) select seq, seq, seq, '{"a": "\\n\\t"}' from seq_1_to_100;
