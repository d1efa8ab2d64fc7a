What runs: views, triggers, routines, events; and in whose name.

-- # Views on views, merged and temporary, with check, of another's rights
-- by: vigie
-- differs: ~ `pad` Final view structure for view `a_first`
-- differs: ~ `pad` Final view structure for view `literal`
-- differs: ~ `pad` Final view structure for view `two`
create user app@localhost; grant all on pad.* to app@localhost; create user reader@'%'; grant select on pad.* to reader@'%';
create table base (id int primary key, secret int); insert into base values (1, 2), (2, 3); create definer=app@localhost sql security definer view one as select id from base where secret > 1 with local check option; create algorithm=temptable sql security invoker view two as select count(*) n from one; create algorithm=merge definer=app@localhost view a_first as select * from one join two; create view literal as select 'it''s; \\ "é" -- x' as a, 'definer=`x`@`y`' as b;
-- damage
delete from base; drop view a_first; create or replace view literal as select 1 a;

-- # Triggers, several of a kind in their order, with bodies that look like the end
-- by: vigie
-- differs: ~ `pad` Dumping data for table `t`
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
-- differs: ~ `pad` Dumping data for table `t`
-- differs: ~ `pad` Dumping routines for database 'pad'
-- differs: ~ `pad` Final view structure for view `ansi view`
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
-- differs: ~ `pad` Dumping events for database 'pad'
create user app@localhost; grant all on pad.* to app@localhost; create table t (a int); insert into t values (1);
create event each_day on schedule every 1 day starts '2037-01-01 03:00:00' ends '2037-12-01 00:00:00' on completion preserve enable comment 'é' do delete from t where a < 0; create event off on schedule every 1 hour disable do set @x = 1; create definer=app@localhost event once on schedule at '2037-05-05 05:05:05' do insert into t values (2);

-- # Something whose definer is gone
-- by: vigie
-- differs: ~ `pad` Dumping data for table `t`
create user gone@localhost; grant all on pad.* to gone@localhost; create table t (id int primary key); insert into t values (1); 
create definer=gone@localhost procedure p() select * from t; create definer=gone@localhost function f() returns int return 1; create definer=gone@localhost trigger tr before insert on t for each row set @x = 1; create definer=gone@localhost event e on schedule every 1 day starts '2037-01-01' do set @x = 1;
drop user gone@localhost;

-- # A view whose definer is gone
-- by: vigie
-- differs: ~ `pad` Final view structure for view `v`
-- differs: ~ `pad` Final view structure for view `w`
create user gone@localhost; grant all on pad.* to gone@localhost; create table t (id int primary key); insert into t values (1); create definer=gone@localhost view v as select id from t; create view w as select id from t; drop user gone@localhost;
-- damage
delete from t; drop view v;

-- # A view on a table that is gone
-- by: person
-- left: view v
-- differs: - `pad` Final view structure for view `v`
-- differs: - `pad` Temporary table structure for view `v`
-- differs: ~ `pad` Final view structure for view `w`
create table t (id int primary key); create table away (a int); insert into t values (1); create view v as select a from away; create view w as select id from t; drop table away;
-- damage
delete from t; drop view v;

-- # A view on another database
-- by: person
-- left: view outside
-- left: view over_it
-- differs: - `pad` Final view structure for view `outside`
-- differs: - `pad` Final view structure for view `over_it`
-- differs: - `pad` Temporary table structure for view `outside`
-- differs: - `pad` Temporary table structure for view `over_it`
-- differs: ~ `pad` Final view structure for view `inside`
create database other; create table other.parents (id int primary key); create table t (id int); insert into t values (1); create view outside as select id from other.parents; create view inside as select id from t; create view over_it as select id from outside;
-- damage
delete from t; drop view over_it;

-- # A foreign key into another database, and one from there
-- by: person
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
-- left: procedure outside
-- left: trigger into_other
-- differs: ~ `pad` Dumping data for table `t`
-- differs: ~ `pad` Dumping routines for database 'pad'
create database other; create table other.log (what text); create table t (a int); create trigger into_other after insert on t for each row insert into other.log values ('x'); create procedure outside() select * from other.log; create procedure inside() select * from t; insert into t values (1);

-- # Things of root, which nobody else is to run
-- by: vigie
-- differs: ~ `pad` Dumping routines for database 'pad'
-- differs: ~ `pad` Final view structure for view `v`
create table t (a int); insert into t values (1); create view v as select a from t; create procedure p() select * from t; create function f() returns int return 1;
-- damage
truncate t; drop view v; drop procedure p;
