import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutDefiners } from '#adapters/databases/mariadb/definers.ts';
import { cut, latin1 } from '../../cut.ts';

const without = (dump: string, cuts: readonly number[] = []): Promise<string> =>
  latin1(withoutDefiners(cut(Buffer.from(dump, 'latin1'), cuts)));

/** Lines as mariadb-dump writes them, and what is left of each. */
const NAMED = [
  ['/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER shouts', '/*!50003 CREATE*/ /*!50017 */ /*!50003 TRIGGER shouts'],
  ['/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 trigger pad.shouts\n  before insert\non `pad` . `no``tes` for each row set new.a = pad.f()', '/*!50003 CREATE*/ /*!50017 */ /*!50003 trigger shouts\n  before insert\non `no``tes` for each row set new.a = pad.f()'],
  ['/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 trigger if not exists "p d".t after delete on t', '/*!50003 CREATE*/ /*!50017 */ /*!50003 trigger if not exists t after delete on t'],
  ['ALTER DATABASE `p``ad` CHARACTER SET latin1 COLLATE latin1_swedish_ci ;', 'ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_swedish_ci ;'],
  ['/*!50106 CREATE*/ /*!50117 DEFINER=`root`@`%`*/ /*!50106 EVENT `sweeps`', '/*!50106 CREATE*/ /*!50117 */ /*!50106 EVENT `sweeps`'],
  ['/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */', '/*!50013 SQL SECURITY DEFINER */'],
  ['CREATE DEFINER=`root`@`localhost` PROCEDURE `sweep`()', 'CREATE PROCEDURE `sweep`()'],
  ['CREATE DEFINER=`a``b @`@`10.%` FUNCTION `total`() RETURNS int(11)', 'CREATE FUNCTION `total`() RETURNS int(11)'],
  ['CREATE DEFINER="root"@"localhost" PROCEDURE "sweep"()', 'CREATE PROCEDURE "sweep"()'],
  ['/*!50106 CREATE*/ /*!50117 DEFINER=`root`@`%`*/ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 DAY ON COMPLETION NOT PRESERVE ENABLE DO delete', '/*!50106 CREATE*/ /*!50117 */ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 DAY ON COMPLETION NOT PRESERVE DISABLE ON SLAVE DO delete'],
] as const; // prettier-ignore

const PLAIN = [
  'INSERT INTO `notes` VALUES (1,\'CREATE DEFINER=`root`@`localhost` VIEW\');',
  '-- CREATE DEFINER=`root`@`localhost`',
  'ALTER DATABASE `mysql` COMMENT 1 ;',
  'CREATE TABLE `notes` (',
  "/*!50003 SET sql_mode = '' */ ;",
  '/*!5',
  '',
  'Ça\x00\xff\r',
] as const; // prettier-ignore

describe('a dump without the names of its definers', () => {
  it.each(NAMED)('has none of %s', async (line, left) => {
    expect(await without(`${line}\n`)).toBe(`${left}\n`);
    expect(await without(line)).toBe(left);
  });

  it.each(PLAIN)('is not changed in %j', async (line) => {
    expect(await without(`${line}\n${line}`)).toBe(`${line}\n${line}`);
  });

  it('comes in pieces as large as it came in, whatever its rows are', async () => {
    const block = Buffer.from("(1,'a row is a line'),\n".repeat(1_000));
    const given = async function* (): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 10; count += 1) yield block;
    };
    const pieces: number[] = [];
    for await (const piece of withoutDefiners(given())) pieces.push(piece.length);
    expect(pieces).toEqual(Array.from({ length: 10 }, () => block.length));
  });

  it('is not changed in the middle of a line where nothing comes for once', async () => {
    const given = async function* (): AsyncGenerator<Uint8Array> {
      for (const part of ['-- ', '', 'CREATE DEFINER=`root`@`localhost` x']) yield Buffer.from(part);
    };
    const chunks: Uint8Array[] = [];
    for await (const chunk of withoutDefiners(given())) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('-- CREATE DEFINER=`root`@`localhost` x');
  });

  it('is the same wherever the stream is cut', async () => {
    const lines = fc.array(fc.constantFrom(...NAMED, ...PLAIN.map((line) => [line, line] as const)), { maxLength: 12 });
    const cuts = fc.array(fc.nat(), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(lines, cuts, async (all, places) => {
        const [dump, left] = [0, 1].map((side) => all.map((line) => line[side]).join('\n'));
        expect(await without(dump ?? '', places)).toBe(left);
      }),
    );
  });

  it('is any bytes, given on as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(), { maxLength: 10 }), async (bytes, places) => {
        const text = Buffer.from(bytes).toString('latin1');
        expect(await without(text, places)).toBe(text);
      }),
    );
  });

  it('holds no long line back, whatever it begins with', async () => {
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('CREATE DEFINER=`');
      for (;;) yield Buffer.alloc(10_000, 'x');
    };
    const { value } = await withoutDefiners(endless()).next();
    expect((value ?? Buffer.alloc(0)).length).toBeLessThan(100_000);
  });
});
