import { afterEach, describe, expect, it } from 'vitest';
import { MemorySearch } from '#test/lab/search/memory-search.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { Watchroom } from './watchroom.ts';

const MINUTE = 60_000;
let room: Watchroom;
afterEach(() => room.close());

describe('a rule with more to remember than vigie holds', () => {
  it('is named, with how many keys it forgot, until an hour after', async () => {
    room = await Watchroom.open({ rules: [rule({ name: 'requests' })] });
    room.forgets('requests', { count: 1_234, of: 'keys' });
    await room.until(10);
    expect(room.only().text).toMatch(
      /A rule has more to remember.*`requests` 1234 keys were forgotten.*more than 100000\. They begin anew/su,
    );
    room.forgets('requests', null);
    await room.restart();
    await room.until(60);
    expect([room.only(), ...room.only().edits].map(({ text }) => text).filter((text) => text.startsWith('✅'))).toEqual([]);
    await room.until(75);
    expect(room.only().text).toMatch(/^✅/u);
  });

  it('says so in French', async () => {
    room = await Watchroom.open({ rules: [rule({ name: 'requests' })], language: 'fr' });
    room.forgets('requests', { count: 1, of: 'documents' });
    await room.until(10);
    expect(room.only().text).toContain('1 document récent n’a pas pu être retenu');
  });

  it('says that it misses what comes late among very many documents', async () => {
    const each = rule({ name: 'each', kind: { type: 'any' }, index: 'events', queryKey: [], filter: [], bufferTimeMs: 5 * MINUTE });
    room = await Watchroom.open({
      rules: [each],
      search: (clock) => {
        const search = new MemorySearch(clock, 'main');
        for (let index = 0; index < 10_500; index += 1)
          search.index('events', { '@timestamp': new Date(clock.now() + 30_000 + index).toISOString() });
        return search;
      },
    });
    await room.until(3);
    expect(room.only(/more to remember/u).text).toMatch(/`each` 500 documents of the last minutes could not be remembered/u);
  }, 30_000);
});
