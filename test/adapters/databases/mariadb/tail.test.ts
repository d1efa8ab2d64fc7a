import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tail } from '#adapters/databases/mariadb/tail.ts';
import { cut } from '../../cut.ts';

async function tailOf(dump: string, cuts: readonly number[] = []): Promise<Tail> {
  const tail = new Tail();
  for await (const chunk of cut(Buffer.from(dump), cuts)) tail.add(chunk);
  return tail;
}

const DUMP = `${'insert into notes values (1);\n'.repeat(30)}-- Dump completed on 2026-11-28  2:00:00\n`;

describe('the end of a dump', () => {
  it('is known as whole, wherever the stream is cut', async () => {
    const cuts = fc.array(fc.nat(), { maxLength: 40 });
    await fc.assert(fc.asyncProperty(cuts, async (places) => (await tailOf(DUMP, places)).complete));
  });

  it('is missing in whatever is shorter', async () => {
    const last = DUMP.indexOf('-- Dump completed') + '-- Dump completed'.length;
    const lengths = fc.nat({ max: last - 1 });
    await fc.assert(fc.asyncProperty(lengths, async (length) => !(await tailOf(DUMP.slice(0, length))).complete));
  });

  it('is only what stands on the last line', async () => {
    expect((await tailOf('-- Dump completed')).complete).toBe(true);
    expect((await tailOf('-- Dump completed\n\n')).complete).toBe(true);
    expect((await tailOf('-- Dump completed\ninsert into notes values (2);\n')).complete).toBe(false);
    expect((await tailOf("insert into notes values ('-- Dump completed');\n")).complete).toBe(false);
  });

  it('of nothing is empty', async () => {
    expect(await tailOf('')).toMatchObject({ empty: true, complete: false });
    expect((await tailOf('x')).empty).toBe(false);
  });

  it('is kept although whoever gave it uses its memory again', () => {
    const tail = new Tail();
    const chunk = Buffer.from(DUMP);
    tail.add(chunk);
    chunk.fill(0);
    expect(tail.complete).toBe(true);
  });
});
