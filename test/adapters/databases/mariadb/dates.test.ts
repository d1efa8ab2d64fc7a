import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { withAnyDates } from '#adapters/databases/mariadb/dates.ts';

const HEAD = "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n";
const TAKEN = "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES' */;\n";

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

describe('a dump whose dates are taken as they are', () => {
  it.each([1, 7, 1_000])('says so once, in pieces of %i', async (size) => {
    const found = await buffer(withAnyDates(inPieces(`-- head\n${HEAD}INSERT INTO t VALUES ("${HEAD}");\n`, size)));
    expect(found.toString()).toBe(`-- head\n${TAKEN}INSERT INTO t VALUES ("${HEAD}");\n`);
  });

  it('is as it was where it says nothing of a mode', async () => {
    const text = `${'x'.repeat(100_000)}${HEAD}`;
    expect((await buffer(withAnyDates(inPieces(text, 30_000)))).toString()).toBe(text);
    expect((await buffer(withAnyDates(inPieces('short', 2)))).toString()).toBe('short');
  });
});
