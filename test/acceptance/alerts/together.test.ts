import { afterEach, describe, expect, it } from 'vitest';
import type { Rule } from '#domain/alert/rule.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { flatline, HOSTS, MINUTE, Reporting } from './reporting.ts';
import type { Watchroom, WatchroomOptions } from './watchroom.ts';

let room: Watchroom;
let live: Reporting['live'];
afterEach(() => room.close());

async function open(rules: readonly Rule[] = [flatline], options: Pick<WatchroomOptions, 'language'> = {}): Promise<void> {
  const reporting = await Reporting.open(rules, 10, options);
  ({ room } = reporting);
  live = (...args) => reporting.live(...args);
}

const [GONE, LEFT] = [HOSTS.slice(0, 5), HOSTS.slice(5)];

describe('hosts that fall silent together', () => {
  it('are one post about their source, which is over when they are back', async () => {
    await open();
    await live(15, {});
    await live(40, { hosts: LEFT });
    const post = room.only();
    expect(post.text).toMatch(/🔴 \*\*vigie:silent\*\* · Several fell silent at once · @alice/u);
    expect(post.text).toMatch(/5 of 8 in `metricbeat-\*` .*`pica01`, `pica02`, `pica03`, `pica04`, `pica05`/su);
    await live(60, {});
    expect(room.only().text).toMatch(/^✅/u);
    expect(room.alerts().filter(({ state }) => state !== 'resolved')).toEqual([]);
  });

  it('are one post though one is seen to be silent a look before the others', async () => {
    await open();
    await live(15, {});
    await live(16, { hosts: HOSTS.slice(1) });
    await live(40, { hosts: LEFT });
    expect(room.only().text).toMatch(/5 of 8 in `metricbeat-\*`/u);
  });

  it('leave the last one that stays away a post of its own', async () => {
    await open();
    await live(15, {});
    await live(40, { hosts: LEFT });
    await live(50, { hosts: HOSTS.slice(1) });
    expect(room.only(/vigie:silent/u).text).toMatch(/^✅/u);
    expect(room.only(/pica01.*Disk|\*\*pica01\*\*/u).text).toMatch(/^🔴/u);
    expect(room.texts()).toHaveLength(2);
  });

  it('have nothing to do with one that falls silent later', async () => {
    await open();
    await live(15, {});
    await live(40, { hosts: LEFT });
    await live(60, { hosts: LEFT.slice(1) });
    expect(room.only(/\*\*pica06\*\*/u).text).toMatch(/^🔴/u);
    expect(room.only(/vigie:silent/u).text).toMatch(/5 of 8/u);
    expect(room.texts()).toHaveLength(2);
  });

  it('are posts of their own when they do so one long after the other', async () => {
    await open();
    await live(15, {});
    await live(25, { hosts: HOSTS.slice(1) });
    await live(40, { hosts: HOSTS.slice(2) });
    expect(room.texts()).toHaveLength(2);
    expect(room.only(/\*\*pica01\*\*/u).text).toMatch(/^🔴/u);
    expect(room.only(/\*\*pica02\*\*/u).text).toMatch(/^🔴/u);
  });

  it('that are all of them are a source that receives nothing, also when they come back one after the other', async () => {
    await open();
    await live(15, {});
    await live(16, { hosts: HOSTS.slice(1) });
    await room.until(40);
    expect(room.only().text).toMatch(/receives nothing any more/u);
    await live(41, { hosts: HOSTS.slice(6) });
    await live(42, { hosts: HOSTS.slice(3) });
    await live(60, {});
    expect(room.only().text).toMatch(/^✅.*receives nothing any more/u);
  });

  it('are told after a source came back without them', async () => {
    await open();
    await live(15, {});
    await room.until(40);
    await live(60, { hosts: LEFT });
    expect(room.only(/receives nothing any more/u).text).toMatch(/^✅/u);
    expect(room.only(/vigie:silent/u).text).toMatch(/^🔴.*5 of 8/su);
    expect(room.texts()).toHaveLength(2);
  });

  it('hold back what else happens on them, as one of them would', async () => {
    const disk = rule({ index: 'disk-*', bufferTimeMs: 5 * MINUTE, forMs: 30 * MINUTE });
    await open([{ ...flatline, inhibits: [{ 'host.name': '{host.name}' }] }, disk]);
    await live(15, {}, { index: 'disk-1' });
    await live(60, { hosts: LEFT }, { index: 'disk-1', hosts: GONE });
    expect(room.only().text).toMatch(/vigie:silent/u);
  });

  it('are still one after a restart', async () => {
    await open();
    await live(15, {});
    await live(30, { hosts: LEFT });
    await room.restart();
    await live(40, { hosts: LEFT });
    expect(room.only().text).toMatch(/^🔴.*5 of 8/su);
  });

  it('need nobody while all of them are announced to be away', async () => {
    await open();
    const by = { id: 'u1', username: 'alice' };
    const silence = {
      id: 's1',
      upTo: 'critical',
      startsAt: 0,
      endsAt: room.clock.now() + 120 * MINUTE,
      by,
      reason: 'reboot',
      endedBy: null,
    } as const;
    await room.desk.change((book) => {
      const silences = GONE.map((name) => [`s-${name}`, { ...silence, id: `s-${name}`, matchers: { 'host.name': name } }] as const);
      return { book: { ...book, silences: new Map(silences) } };
    });
    await live(15, {});
    await live(40, { hosts: LEFT });
    expect(room.texts()).toEqual([]);
  });

  it('are told in French', async () => {
    await open([flatline], { language: 'fr' });
    await live(15, {});
    await live(30, { hosts: LEFT });
    expect(room.only().text).toMatch(/Plusieurs se sont tus à la fois.*5 sur 8 dans `metricbeat-\*`/su);
  });
});
