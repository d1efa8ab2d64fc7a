import { describe, expect, it } from 'vitest';
import { withoutLiterals } from '#adapters/databases/without-literals.ts';

/** Nothing of it may be seen. */
const SECRET = 'geheim';

describe('statements as a message shows them', () => {
  it('say what is made and of what', () => {
    const event = `--\n-- Name: audit; Type: EVENT TRIGGER; Schema: -; Owner: postgres\n--\n\nCREATE EVENT TRIGGER audit ON ddl_command_end\n   EXECUTE FUNCTION public."no ted"();\n`;
    expect(withoutLiterals(event, 'postgres')).toBe(
      '-- Name: audit; Type: EVENT TRIGGER; Schema: -; Owner: postgres\nCREATE EVENT TRIGGER audit ON ddl_command_end\n   EXECUTE FUNCTION public."no ted"();\n',
    );
    const view = '-- Final view structure for view `v`\n/*!50001 CREATE VIEW `v` AS select `other`.`t`.`a` AS `a` from `other`.`t` */;\n';
    expect(withoutLiterals(view, 'mariadb')).toBe(view);
  });

  it.each([
    ['a password', `CREATE USER MAPPING FOR pad SERVER far OPTIONS (password '${SECRET}', "user" 'x');`],
    ['a connection', `CREATE SUBSCRIPTION far CONNECTION 'host=a password=${SECRET}' PUBLICATION p;`],
    ['a body', `CREATE FUNCTION f() RETURNS text LANGUAGE sql LEAKPROOF AS $_$ select '${SECRET}' $_$;`],
    ['a body without a tag', `CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ ${SECRET} $$;`],
    ['a body with another one in it', `AS $a$ $b$ ${SECRET} $b$ ' ${SECRET} $a$; SELECT 1`],
    ['a text with quotes', `SELECT 'it''s ${SECRET}', 'x''${SECRET}'`],
    ['a text that ends with a backslash', String.raw`SELECT 'x\', '${SECRET}'`],
    ['a text with escapes', String.raw`SELECT E'x\'${SECRET}', e'\\', '${SECRET}'`],
    ['bytes', `SELECT x'00', U&'${SECRET}', b'1'`],
    ['a comment', `/* ${SECRET} */ SELECT 1 -- ${SECRET}`],
    ['a comment with a quote in it', `-- it's\nSELECT '${SECRET}'`],
    ['a heading with a quote in its name', `-- Name: it's; Type: SERVER; Schema: -; Owner: pad\nSELECT '${SECRET}'`],
    ['a name with a quote in it', `SELECT "it's", '${SECRET}'`],
    ['a name with a dollar', `SELECT "$$", '${SECRET}', "$$"`],
    ['a text left open', `SELECT '${SECRET}`],
    ['a body left open', `AS $x$ ${SECRET}`],
  ])('show nothing of %s in PostgreSQL', (_, statement) => {
    expect(withoutLiterals(statement, 'postgres')).not.toContain(SECRET);
  });

  it.each([
    ['a text', `CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.x = '${SECRET}';;`],
    ['a text in double quotes', `SELECT "${SECRET}", 'a''${SECRET}'`],
    ['a text with a backslash', String.raw`SELECT 'it\'s', '${SECRET}'`],
    ['a text that ends with one', String.raw`SELECT 'x\', '${SECRET}'`],
    ['a text over several lines', `SELECT 'a;\n${SECRET}'`],
    ['bytes', `SELECT 0x${Buffer.from(SECRET).toString('hex')}, x'67'`],
    ['a comment', `/* ${SECRET} */ SELECT 1 -- ${SECRET}\n# ${SECRET}\n`],
    ['a comment with a quote in it', `-- it's\nSELECT '${SECRET}'`],
    ['a name with a quote in it', `SELECT \`it's\`, '${SECRET}'`],
    ['what only some servers run', `/*!50003 CREATE*/ /*!50017 DEFINER=\`a\`@\`b\`*/ /*!50003 PROCEDURE p() SELECT '${SECRET}' */;;`],
  ])('show nothing of %s in MariaDB', (_, statement) => {
    const shown = withoutLiterals(statement, 'mariadb');
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toContain(Buffer.from(SECRET).toString('hex'));
  });

  it('keep of MariaDB’s what can be run', () => {
    const code =
      "/*!50003 CREATE*/ /*!50020 DEFINER=`root`@`localhost`*/ /*!50003 PROCEDURE `p`()\ninsert into `other`.`t` values (1, 'x') */;;\n";
    expect(withoutLiterals(code, 'mariadb')).toBe(code.replace("'x'", "'…'"));
  });
});
