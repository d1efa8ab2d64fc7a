What runs: views, triggers, routines, events; and in whose name.

-- # Views on views, merged and temporary, with check, of another's rights
-- by: vigie
-- differs: ~ DEFINER view literal: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER view two: root@localhost → pad_vigie_owner@localhost
create user app@localhost; grant all on pad.* to app@localhost; create user reader@'%'; grant select on pad.* to reader@'%';
create table base (id int primary key, secret int); insert into base values (1, 2), (2, 3); create definer=app@localhost sql security definer view one as select id from base where secret > 1 with local check option; create algorithm=temptable sql security invoker view two as select count(*) n from one; create algorithm=merge definer=app@localhost view a_first as select * from one join two; create view literal as select 'it''s; \\ "é" -- x' as a, 'definer=`x`@`y`' as b;
-- damage
delete from base; drop view a_first; create or replace view literal as select 1 a;

-- # Triggers, several of a kind in their order, with bodies that look like the end
-- by: vigie
-- differs: ~ DEFINER trigger a_second: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER trigger b_first: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER trigger gone: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER trigger third: root@localhost → pad_vigie_owner@localhost
create table t (id int primary key, n int default 0) ; create table log (id int auto_increment primary key, what text);
delimiter //
create trigger b_first before insert on t for each row begin set new.n = new.n + 1; /* end;; */ insert into log (what) values ('DELIMITER ;'); end//
create trigger a_second before insert on t for each row follows b_first set new.n = new.n * 2//
create trigger third before insert on t for each row precedes a_second begin declare x varchar(20) default 'é;//'; set new.n = new.n + 10; end//
create trigger gone after delete on t for each row insert into log (what) values (concat('gone ', old.id))//
delimiter ;
insert into t (id) values (1), (2); delete from t where id = 2;

-- # Routines of every kind, in several modes
-- by: vigie
-- differs: ~ DEFINER function f: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER function total: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER package body pack: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER package pack: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER procedure ansi "p": root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER procedure ora: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER procedure p: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER trigger ansi trigger: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER view ansi view: root@localhost → pad_vigie_owner@localhost
create table t (a int); insert into t values (1);
delimiter //
create function f(x varchar(20) character set latin1) returns varchar(40) charset utf8mb4 deterministic no sql comment 'it''s' return concat(x, '€')//
create procedure p(in a int, out b int, inout c text) reads sql data sql security invoker begin declare exit handler for sqlexception rollback; select count(*) into b from t; set c = "quoted 'text'"; end//
create aggregate function total(x int) returns int begin declare s int default 0; declare continue handler for not found return s; loop fetch group next row; set s = s + x; end loop; end//
set sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'//
create procedure "ansi ""p"""() begin select "a" || '\' as "x y" from t; end//
create trigger "ansi trigger" before insert on t for each row set new."a" = new."a" + 1//
create view "ansi view" as select "a" from t where '\' <> ''//
set sql_mode = 'ORACLE'//
create procedure ora(x in out int) as begin x := x + 1; end//
create package pack as function one return int; end//
create package body pack as function one return int as begin return 1; end; end//
set sql_mode = ''//
delimiter ;
-- damage
delete from t; drop function f; drop procedure p;

-- # Events: on, off, once, of another's name
-- by: vigie
-- differs: ~ DEFINER event each_day: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER event off: root@localhost → pad_vigie_owner@localhost
create user app@localhost; grant all on pad.* to app@localhost; create table t (a int); insert into t values (1);
create event each_day on schedule every 1 day starts '2037-01-01 03:00:00' ends '2037-12-01 00:00:00' on completion preserve enable comment 'é' do delete from t where a < 0; create event off on schedule every 1 hour disable do set @x = 1; create definer=app@localhost event once on schedule at '2037-05-05 05:05:05' do insert into t values (2);

-- # Something whose definer is gone
-- by: vigie
-- differs: ~ DEFINER trigger tr: gone@localhost → pad_vigie_owner@localhost
create user gone@localhost; grant all on pad.* to gone@localhost; create table t (id int primary key); insert into t values (1); 
create definer=gone@localhost procedure p() select * from t; create definer=gone@localhost function f() returns int return 1; create definer=gone@localhost trigger tr before insert on t for each row set @x = 1; create definer=gone@localhost event e on schedule every 1 day starts '2037-01-01' do set @x = 1;
drop user gone@localhost;

-- # A view whose definer is gone
-- by: vigie
-- differs: ~ DEFINER view v: gone@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER view w: root@localhost → pad_vigie_owner@localhost
-- differs: ~ `pad` Final view structure for view `v`: /*!50001 VIEW `v` AS select `pad`.`t`.`id` AS `id` from `t` */; → /*!50001 VIEW `v` AS select `t`.`id` AS `id` from `t` */;
create user gone@localhost; grant all on pad.* to gone@localhost; create table t (id int primary key); insert into t values (1); create definer=gone@localhost view v as select id from t; create view w as select id from t; drop user gone@localhost;
-- damage
delete from t; drop view v;

-- # A view on a table that is gone
-- by: person
-- left: view v
-- differs: - DEFINER view v
-- differs: - `pad` Final view structure for view `v`
-- differs: - `pad` Temporary table structure for view `v`
-- differs: ~ DEFINER view w: root@localhost → pad_vigie_owner@localhost
create table t (id int primary key); create table away (a int); insert into t values (1); create view v as select a from away; create view w as select id from t; drop table away;
-- damage
delete from t; drop view v;

-- # A view on another database
-- by: person
-- stays: ~ DEFINER view inside: root@localhost → pad_vigie_owner@localhost
-- left: view outside
-- left: view over_it
-- differs: - DEFINER view outside
-- differs: - DEFINER view over_it
-- differs: - `pad` Final view structure for view `outside`
-- differs: - `pad` Final view structure for view `over_it`
-- differs: - `pad` Temporary table structure for view `outside`
-- differs: - `pad` Temporary table structure for view `over_it`
-- differs: ~ DEFINER view inside: root@localhost → pad_vigie_owner@localhost
create database other; create table other.parents (id int primary key); create table t (id int); insert into t values (1); create view outside as select id from other.parents; create view inside as select id from t; create view over_it as select id from outside;
-- damage
delete from t; drop view over_it;

-- # A foreign key into another database, and one from there
-- by: person
-- stays: ! 121 "Duplicate key on write or update")
-- left: foreign key of_parent of table children
create database other; create table other.parents (id int primary key); insert into other.parents values (1); create table children (id int primary key, parent int, constraint of_parent foreign key (parent) references other.parents (id) on delete cascade); insert into children values (1, 1); create table other.grandchildren (child int, constraint of_child foreign key (child) references pad.children (id)); insert into other.grandchildren values (1); create table t (a int);
-- damage
update children set parent = null; drop table t;

-- # A trigger into another database, in the name of one who may both, which the live database still has
-- by: vigie
create user app@localhost; create database other; create table other.log (what text); grant all on pad.* to app@localhost; grant all on other.* to app@localhost; create table t (a int); create definer=app@localhost trigger into_other after insert on t for each row insert into other.log values ('x'); insert into t values (1);
-- damage
truncate t;

-- # A trigger and a routine into another database, in the name of root
-- by: person
-- stays: ~ DEFINER procedure inside: root@localhost → pad_vigie_owner@localhost
-- left: procedure outside
-- left: trigger into_other
-- differs: - DEFINER procedure outside
-- differs: - DEFINER trigger into_other
-- differs: ~ DEFINER procedure inside: root@localhost → pad_vigie_owner@localhost
-- differs: ~ `pad` Dumping data for table `t`: /*!50003 SET character_set_client  = utf8mb4 */ ; | /*!50003 SET character_set_results = utf8mb4 */ ; | /*!50003 SET collation_connection  = utf8mb4_general_ci */ ; | /*!50003 SET sql_mode              = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION' */ ; | /*!50003 CREATE*/ /*!50017 DEFINER=…*/ /*!50003 trigger into_other after insert on t for each row insert into other.log values ('x') | */;; → 
-- differs: ~ `pad` Dumping routines for database 'pad': /*!50003 SET sql_mode              = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION' */ ; | /*!50003 DROP PROCEDURE IF EXISTS `outside` */; | /*!50003 SET character_set_client  = utf8mb4 */ ; | /*!50003 SET character_set_results = utf8mb4 */ ; | /*!50003 SET collation_connection  = utf8mb4_general_ci */ ; | CREATE DEFINER=… PROCEDURE `outside`() | select * from other.log → 
create database other; create table other.log (what text); create table t (a int); create trigger into_other after insert on t for each row insert into other.log values ('x'); create procedure outside() select * from other.log; create procedure inside() select * from t; insert into t values (1);

-- # Things of root, which nobody else is to run
-- by: vigie
-- differs: ~ DEFINER function f: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER procedure p: root@localhost → pad_vigie_owner@localhost
-- differs: ~ DEFINER view v: root@localhost → pad_vigie_owner@localhost
create table t (a int); insert into t values (1); create view v as select a from t; create procedure p() select * from t; create function f() returns int return 1;
-- damage
truncate t; drop view v; drop procedure p;

-- # A binary log, for whose sake only a superuser makes triggers and functions
-- by: vigie
create user app@localhost; grant all on pad.* to app@localhost; create table t (a int, b int); insert into t (a) values (1);
create definer=app@localhost trigger tr before insert on t for each row set new.b = new.a + 1; create definer=app@localhost function told() returns int deterministic no sql return 1; create definer=app@localhost procedure p() update t set a = 2;
create definer=app@localhost function untold() returns int return (select max(a) from t);
delimiter //
create definer=app@localhost function writes() returns int modifies sql data begin insert into t (a) values (5); return 1; end//
delimiter ;
set global log_bin_trust_function_creators = 0;
-- damage
delete from t; drop trigger tr; drop function told; drop function writes;
set global log_bin_trust_function_creators = 1; create or replace definer=app@localhost function untold() returns int return 7; set global log_bin_trust_function_creators = 0;

-- # Triggers that somebody named with their database
-- by: vigie
-- differs: ~ `pad` Dumping data for table `o t`: /*!50003 CREATE*/ /*!50017 DEFINER=…*/ /*!50003 trigger `pad`.`t``wo` after insert on `pad`.`o t` for each row insert into pad.t values (1, 'on pad.t') | /*!50003 CREATE*/ /*!50017 DEFINER=…*/ /*!50003 trigger if not exists pad . three after delete on pad . `o t` for each row begin end → /*!50003 CREATE*/ /*!50017 DEFINER=…*/ /*!50003 trigger `t``wo` after insert on `o t` for each row insert into pad.t values (1, 'on pad.t') | /*!50003 CREATE*/ /*!50017 DEFINER=…*/ /*!50003 trigger if not exists three after delete on `o t` for each row begin end
-- differs: ~ `pad` Dumping data for table `t`: /*!50003 CREATE*/ /*!50017 DEFINER=…*/ /*!50003 trigger pad.one before insert on pad.t for each row set new.a = 1 → /*!50003 CREATE*/ /*!50017 DEFINER=…*/ /*!50003 trigger one before insert on t for each row set new.a = 1
create user app@localhost; grant all on pad.* to app@localhost; create table t (a int, b text); create table `o t` (a int); insert into t values (1, 'x');
create definer=app@localhost trigger pad.one before insert on pad.t for each row set new.a = 1; create definer=app@localhost trigger `pad`.`t``wo` after insert on `pad`.`o t` for each row insert into pad.t values (1, 'on pad.t'); create definer=app@localhost trigger if not exists pad . three after delete on pad . `o t` for each row begin end;
-- damage
truncate t; drop trigger one; drop trigger `t``wo`; drop trigger three;

-- # A database whose character set was changed since its code was made
-- by: vigie
create user app@localhost; grant all on pad.* to app@localhost; alter database pad character set latin1 collate latin1_german1_ci; create table t (a text); insert into t values ('ä');
create definer=app@localhost function f(x text) returns text deterministic return concat(x, 'ä'); create definer=app@localhost procedure p(x varchar(10)) select x;
delimiter //
create definer=app@localhost trigger tr before insert on t for each row begin declare v varchar(10); set v = new.a; set new.a = v; end//
create definer=app@localhost event e on schedule every 1 day starts '2037-01-01' do begin declare v varchar(10) default 'x'; set @x = v; end//
delimiter ;
alter database pad character set utf8mb4 collate utf8mb4_unicode_ci; create definer=app@localhost function later(x text) returns text deterministic return concat(x, 'ä');
-- damage
truncate t; drop function f; drop trigger tr; drop event e;

-- # Packages: gone, changed, and left alone
-- by: vigie
create user app@localhost; grant all on pad.* to app@localhost; create table t (a int); insert into t values (1);
set sql_mode = 'ORACLE';
delimiter //
create definer=app@localhost package gone as function one return int; end//
create definer=app@localhost package body gone as function one return int as begin return 1; end; end//
create definer=app@localhost package changed as function two return int; end//
create definer=app@localhost package body changed as function two return int as begin return 2; end; end//
create definer=app@localhost package alone as function three return int; end//
delimiter ;
grant execute on package pad.alone to app@localhost; grant execute on package body pad.gone to app@localhost;
-- damage
truncate t; set sql_mode = 'ORACLE'; drop package gone;
delimiter //
create or replace definer=app@localhost package body changed as function two return int as begin return 99; end; end//

-- # A trigger into another database, which the live one has lost
-- by: vigie
create user app@localhost; create database other; create table other.log (what text); grant all on pad.* to app@localhost; grant all on other.* to app@localhost; create table t (a int); create definer=app@localhost trigger into_other after insert on t for each row insert into other.log values ('x'); create definer=app@localhost procedure outside() insert into other.log values ('p'); insert into t values (1);
-- damage
drop table t; drop procedure outside;

-- # Events in time zones of their own, in other modes and character sets
-- by: vigie
create user app@localhost; grant all on pad.* to app@localhost; create table t (a text); insert into t values ('x');
set time_zone = '+05:00', sql_mode = 'ANSI_QUOTES'; create definer=app@localhost event east on schedule every 1 day starts '2037-01-01 03:00:00' do set @x = "a b";
set time_zone = '-09:30', sql_mode = '', character_set_client = latin1, collation_connection = latin1_german1_ci; create definer=app@localhost event west on schedule at '2037-05-05 05:05:05' on completion preserve disable do delete from pad.t where a = 'x';
create definer=app@localhost trigger tr before insert on t for each row set @y = 'z'; create definer=app@localhost procedure p() select 'z'; create definer=app@localhost view v as select 'z' as z;
-- damage
delete from t; drop event west; drop procedure p;

-- # Things that run in the name of a role
-- by: vigie
create role team; grant all on pad.* to team; create table t (a int); insert into t values (1);
create definer=team view v as select a from t; create definer=team procedure p() select a from t; create definer=team function f() returns int deterministic return 1; create definer=team trigger tr before insert on t for each row set new.a = 2; create definer=team event e on schedule every 1 day starts '2037-01-01' do delete from t;
-- damage
delete from t; drop view v; drop procedure p;

-- # An event that is off here, since it runs on another server
-- by: vigie
create user app@localhost; grant all on pad.* to app@localhost; create table t (a int); create table u (a int); create definer=app@localhost event gone on schedule every 1 day starts '2037-01-01' disable on slave do delete from t; create definer=app@localhost event off on schedule every 1 day starts '2037-01-01' on completion preserve disable do delete from t; create definer=app@localhost event still on schedule every 1 day starts '2037-01-01' disable on slave do delete from t; create definer=app@localhost event runs on schedule every 1 day starts '2037-01-01' do delete from t;
-- damage
drop event gone; drop event runs; drop table u;

-- # Views that take numbers of a sequence, or stand on a table that is called as the database is
-- by: vigie
-- differs: ~ DEFINER view of_gone: gone@localhost → pad_vigie_owner@localhost
-- differs: ~ `pad` Final view structure for view `of_gone`: /*!50001 VIEW `of_gone` AS select `pad`.`pad`.`id` AS `id`,`pad`.`t`.`b` AS `b` from (`pad` join `t` on(`pad`.`t`.`id` = `pad`.`pad`.`id`)) */; → /*!50001 VIEW `of_gone` AS select `pad`.`id` AS `id`,`t`.`b` AS `b` from (`pad` join `t` on(`t`.`id` = `pad`.`id`)) */;
create user app@localhost; grant all on pad.* to app@localhost; create user gone@localhost; grant all on pad.* to gone@localhost; create sequence steps start with 5; do nextval(steps); create table pad (id int primary key, a int); create table t (id int primary key, b int); insert into pad values (1, 2); insert into t values (1, 3);
create definer=app@localhost view far as select lastval(steps) as l, '`pad`.`t`.' as x, 'it''s \\' as y; create definer=app@localhost view next as select nextval(pad.steps) as n; create definer=app@localhost view both_of as select pad.id, t.b from pad join t on t.id = pad.id; create definer=gone@localhost view of_gone as select pad.id, t.b from pad join t on t.id = pad.id; drop user gone@localhost;
-- damage
delete from t; drop view next; drop view of_gone;

-- # Triggers and procedures in many modes, on tables with history and partitions
-- by: vigie
create user app@localhost; create user app@'%'; grant all on pad.* to app@localhost; grant all on pad.* to app@'%'; create table t (id int auto_increment primary key, n int, old_n int) with system versioning; create table p (a int primary key, b text) partition by hash (a) partitions 2; create table log (id int auto_increment primary key, w text);
delimiter //
create definer=app@localhost trigger t1 before insert on t for each row begin if new.n < 0 then signal sqlstate '45000' set message_text = 'n''est "pas"', mysql_errno = 1644; end if; end//
create definer=app@'%' trigger t2 before insert on t for each row precedes t1 set new.old_n = coalesce(new.n, 0)//
set sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'//
create definer="app"@"localhost" trigger "T 3" after update on t for each row insert into log ("w") values ('a\')//
set sql_mode = 'ORACLE'//
create definer="app"@"localhost" trigger ora before update on p for each row begin :new.b := 'x' || :old.b; end//
set sql_mode = 'MSSQL,PIPES_AS_CONCAT'//
create definer="app"@"localhost" procedure ms(a int) select a || 'x' as "y z"//
set sql_mode = 'NO_ZERO_DATE,STRICT_ALL_TABLES,IGNORE_SPACE'//
create definer=app@'%' trigger del before delete on p for each row begin declare continue handler for 1062 begin end; insert into log (w) values (old.b); end//
create definer=app@'%' procedure cur(in x varchar(20) character set ucs2, inout y decimal(10,3) unsigned, out z geometry) modifies sql data sql security invoker comment 'c' begin declare done bool default false; declare c cursor (m int) for select id from t where id > m; l: loop leave l; end loop l; for r in (select id from t) do set y = y + r.id; end for; execute immediate 'select 1'; end//
delimiter ;
insert into t (n) values (1); insert into p values (1, 'a');
