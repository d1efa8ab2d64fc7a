import { afterEach, describe, expect, it } from 'vitest';
import type { RuleKind } from '#domain/alert/rule.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { Watchroom } from './watchroom.ts';

const MINUTE = 60_000;
let room: Watchroom;
afterEach(() => room.close());

const newUser: RuleKind = {
  type: 'new_term',
  fields: [['user']],
  termsWindowMs: 24 * 60 * MINUTE,
  windowStepMs: 60 * MINUTE,
  termsSize: 50,
  alertOnMissingField: false,
  useTermsQuery: false,
};

/** Who logs in, minute by minute. */
async function open(logins: readonly (readonly [minute: number, user: string])[], realertMs = MINUTE): Promise<void> {
  const logged = rule({
    name: 'login',
    kind: newUser,
    index: 'auth',
    queryKey: [],
    filter: [],
    bufferTimeMs: 5 * MINUTE,
    realertMs,
    resolveAfterMs: 60 * MINUTE,
  });
  room = await Watchroom.open({
    rules: [logged],
    search: (clock) => {
      const search = new MemorySearch(clock, 'main');
      search.inTime = true;
      const login = (minute: number, user: string): void => {
        search.index('auth', { '@timestamp': new Date(clock.now() + minute * MINUTE).toISOString(), user });
      };
      for (let minute = -30; minute < 60; minute += 1) login(minute, 'root');
      for (const [minute, user] of logins) login(minute, user);
      return search;
    },
  });
}

describe('something else than before', () => {
  it('is told of an alert that is open already, with what it says now', async () => {
    await open([
      [5.5, 'mallory'],
      [15.5, 'eve'],
    ]);
    await room.until(12);
    expect(room.only().text).toContain('mallory');
    expect(room.thread()).toEqual([]);
    await room.until(25);
    expect(room.thread()).toEqual([expect.stringMatching(/🆕 .*something else than before\.\n- \*\*`eve`\*\*/u)]);
    expect(room.only().text).toContain('eve');
  });

  it('is told once, and not within realert', async () => {
    await open(
      [
        [5.5, 'mallory'],
        [15.5, 'eve'],
        [25.5, 'trudy'],
      ],
      30 * MINUTE,
    );
    await room.until(50);
    expect(room.thread()).toEqual([]);
  });
});
