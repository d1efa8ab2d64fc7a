import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inItsOwnDatabase } from '#adapters/databases/mariadb/sequences.ts';
import { cut, latin1 } from '../../cut.ts';

const DUMP = [
  'CREATE TABLE `notes` (',
  '  `id` bigint(20) NOT NULL DEFAULT nextval(`pad`.`numbers`),',
  "  `text` text DEFAULT 'é nextval(`pad`.`numbers`'",
  ');',
  'INSERT INTO `notes` VALUES',
  "(1,'  `pad`.`numbers` /*!50001 VIEW `pad`.'),",
  "(2,'nextval(`pad`.`numbers`)');",
  '/*!50001 VIEW `shown` AS select `pad`.`notes`.`id` AS `id` from `pad`.`notes` */;',
  '/*!50001 CREATE VIEW `other` AS select `pad`.`notes`.`id` */;',
  '',
].join('\n');
const OWN = DUMP.replace('DEFAULT nextval(`pad`.`numbers`)', 'DEFAULT nextval(`numbers`)')
  .replace("'é nextval(`pad`.", "'é nextval(")
  .replace('select `pad`.`notes`.`id` AS `id` from `pad`.`notes`', 'select `notes`.`id` AS `id` from `notes`');

describe('a dump that is loaded into another database', () => {
  it('means that one, in columns and views, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat()), async (at) => {
        expect(await latin1(inItsOwnDatabase(cut(Buffer.from(DUMP), at), 'pad'))).toBe(Buffer.from(OWN).toString('latin1'));
      }),
    );
  });

  it('passes rows in the pieces that they come in', async () => {
    const rows = Array.from({ length: 9 }, (_, index) => Buffer.from(`${index},'a'),\n(${'1'.repeat(999)}`));
    const dump = async function* (): AsyncGenerator<Uint8Array> {
      yield* rows;
    };
    const pieces: Uint8Array[] = [];
    for await (const piece of inItsOwnDatabase(dump(), 'pad')) pieces.push(piece);
    expect(pieces).toEqual(rows);
  });
});
