import { afterEach, describe, expect, it } from 'vitest';
import type { SearchRequest } from '#ports/search.ts';
import type { SearchFault } from '#test/lab/search/search-faults.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { Watchroom } from './watchroom.ts';

const MINUTE = 60_000;
let room: Watchroom;
afterEach(() => room.close());

/** pica01 reports its disk every half minute, full from the third minute to the sixtieth. */
async function open(): Promise<MemorySearch> {
  const disk = rule({ bufferTimeMs: 5 * MINUTE });
  const cpu = rule({ name: 'cpu', index: 'cpu-*', bufferTimeMs: 5 * MINUTE });
  room = await Watchroom.open({ rules: [disk, cpu], search: (clock) => filled(new MemorySearch(clock, 'main'), clock.now()) });
  if (room.search === null) throw new Error('no search');
  return room.search;
}

function filled(search: MemorySearch, start: number): MemorySearch {
  search.inTime = true;
  for (let at = -10 * MINUTE; at < 120 * MINUTE; at += MINUTE / 2) {
    const full = at >= 3 * MINUTE && at < 60 * MINUTE;
    const common = { '@timestamp': new Date(start + at).toISOString(), host: { name: 'pica01' } };
    for (const index of ['metricbeat-9', 'cpu-9']) {
      const pct = full && index === 'metricbeat-9' ? 0.95 : 0.5;
      search.index(index, { ...common, system: { filesystem: { used: { pct } } } });
    }
  }
  return search;
}

const FAULTS: readonly [SearchFault, what: string][] = [
  ['unreachable', 'nobody answers'],
  ['timeout', 'no answer comes in time'],
  ['garbage', 'what answers is no Elasticsearch'],
  ['refused', 'access is denied'],
  ['throttled', 'it answers 429'],
  ['unavailable', 'it answers 503'],
  ['partial', 'some shards failed'],
];

describe.each(FAULTS)('Elasticsearch: %s (%s)', (fault) => {
  it('leaves what fires unknown, resolves nothing, and says so', async () => {
    const search = await open();
    await room.until(10);
    expect(room.only().text).toMatch(/^🟠 \*\*pica01\*\*/u);
    search.faults.all(fault);
    await room.until(20);
    expect(room.only(/pica01/u).text).toMatch(/^❔.*\nCannot be checked/u);
    expect(room.texts().some((text) => /Elasticsearch does not answer.*blind since 13:1\d/su.test(text))).toBe(true);
    search.faults.clear();
    await room.until(24);
    expect(room.only(/pica01/u).text).toMatch(/^🟠/u);
  });

  it('is one post over restarts of vigie', async () => {
    const search = await open();
    await room.until(2);
    search.faults.all(fault);
    await room.until(10);
    await room.restart();
    await room.until(20);
    const { text, edits } = room.only(/Elasticsearch does not answer/u);
    expect([text, ...edits.map((edit) => edit.text)].filter((each) => !each.startsWith('🔴'))).toEqual([]);
    search.faults.clear();
    await room.until(24);
    expect(room.only(/Elasticsearch does not answer/u).text).toMatch(/^✅/u);
  });

  it('loses nothing that began and ended meanwhile', async () => {
    const search = await open();
    await room.until(2);
    search.faults.all(fault);
    await room.until(80);
    search.faults.clear();
    await room.until(84);
    expect(room.texts().some((text) => /🕰️.*began and ended.*pica01/su.test(text))).toBe(true);
  });

  it('for one rule alone leaves the others in sight', async () => {
    const search = await open();
    search.faults.searches(fault, ({ index }) => index === 'cpu-*');
    await room.until(12);
    expect(room.only(/pica01/u).text).toMatch(/^🟠/u);
    expect(room.only(/A rule fails again/u).text).toMatch(/`cpu` failing since/u);
  });
});

describe('one rule that is always refused', () => {
  const refused = async (cpuEveryMs: number): Promise<void> => {
    const disk = rule({ bufferTimeMs: 5 * MINUTE, runEveryMs: 10 * MINUTE });
    const cpu = rule({ name: 'cpu', index: 'cpu-*', bufferTimeMs: 5 * MINUTE, runEveryMs: cpuEveryMs });
    room = await Watchroom.open({ rules: [disk, cpu], search: (clock) => filled(new MemorySearch(clock, 'main'), clock.now()) });
  };

  const ALONE = ['nonsense', 'refused', 'partial', 'throttled', 'unavailable', 'too large', 'no memory'] as const satisfies SearchFault[];

  it.each(ALONE)('(%s) leaves vigie with open eyes, however often it asks', async (fault) => {
    await refused(MINUTE / 6);
    room.search?.faults.searches(fault, ({ index }) => index === 'cpu-*');
    await room.until(35);
    expect(room.texts().filter((text) => /Elasticsearch does not answer/u.test(text))).toEqual([]);
    expect(room.only(/A rule fails again/u).text).toMatch(/`cpu` failing since/u);
  });
});

describe('each search refused by itself', () => {
  it.each(['throttled', 'unavailable', 'no memory'] as const)('(%s) is blindness when it is all of them', async (fault) => {
    const search = await open();
    await room.until(10);
    search.faults.searches(fault);
    await room.until(20);
    expect(room.texts().filter((text) => /blind since 13:1\d/su.test(text))).toHaveLength(1);
    search.faults.clear();
    await room.until(24);
    expect(room.only(/blind since/u).text).toMatch(/^✅/u);
  });

  it('for want of memory gives no time up while nobody is answered', async () => {
    const search = await open();
    await room.until(2);
    search.faults.searches('no memory');
    await room.until(80);
    search.faults.clear();
    await room.until(84);
    expect(room.texts().some((text) => /🕰️.*began and ended.*pica01/su.test(text))).toBe(true);
    expect(room.texts().filter((text) => /not looked at/u.test(text))).toEqual([]);
  });

  it('for want of memory gives up what is refused for an hour while others are answered', async () => {
    const search = await open();
    search.faults.searches('no memory', ({ index }) => index === 'cpu-*');
    await room.until(90);
    expect(room.only(/Some time was not looked at/u).text).toMatch(/`cpu` 1[23]:\d\d–14:\d\d was not looked at/u);
  });
});

describe('a burst that is more than Elasticsearch gives at once', () => {
  /** Searches over the one second of it, on the rule's index. */
  const overBurst =
    (second: number) =>
    ({ index, body }: SearchRequest): boolean => {
      const range = /"gt":"([^"]+)","lte":"([^"]+)"/u.exec(JSON.stringify(body));
      const [after = 0, until = 0] = (range?.slice(1) ?? []).map((text) => Date.parse(text));
      return index === 'cpu-*' && after < second && until >= second;
    };

  it('is tried in halves, told once, given up after an hour, and named; then the rule sees again', async () => {
    const search = await open();
    const start = room.clock.now();
    search.faults.searches('too large', overBurst(start + 5 * MINUTE));
    for (let at = 90 * MINUTE; at < 120 * MINUTE; at += MINUTE / 2) {
      const when = new Date(start + at).toISOString();
      search.index('cpu-9', { '@timestamp': when, host: { name: 'pica07' }, system: { filesystem: { used: { pct: 0.97 } } } });
    }
    await room.until(60);
    expect(room.only(/A rule fails again/u).text).toMatch(
      /`cpu` failing since 13:0\d: Elasticsearch `main` does not give so much at once/u,
    );
    expect(room.texts().filter((text) => /pica07|not looked at/u.test(text))).toEqual([]);
    await room.until(75);
    expect(room.only(/A rule fails again/u).text).toMatch(/^✅/u);
    expect(room.only(/Some time was not looked at/u).text).toMatch(/`cpu` 13:0\d–13:1\d was not looked at/u);
    await room.until(100);
    expect(room.only(/pica07/u).text).toMatch(/^🟠/u);
    room.step(24 * 60);
    await room.until(100 + 24 * 60 + 2);
    expect(room.only(/Some time was not looked at/u).text).toMatch(/^✅/u);
  });

  it('is named after a restart, too', async () => {
    const search = await open();
    search.faults.searches('too large', overBurst(room.clock.now() + 5 * MINUTE));
    await room.until(75);
    await room.restart();
    await room.until(90);
    expect(room.only(/Some time was not looked at/u).text).not.toMatch(/^✅/u);
  });
});
