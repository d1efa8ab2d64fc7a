import { beforeEach, describe, expect, it } from 'vitest';
import type { Account, Directory } from '#ports/chat.ts';
import { VigieError } from '#kernel/errors.ts';
import { createPeople, type Freshness, type People, type RoleMembers } from '#pipeline/people/people.ts';
import { ManualClock } from '#test/lab/clock.ts';

const clock = new ManualClock();
const ALICE: Account = { id: 'a1', username: 'alice', kind: 'person', active: true, locale: 'en' };

const OPERATOR = { role: 'operator', users: [], groups: [], channels: ['ops'] };

let people: People;
let asked: string[];
let answer: () => Promise<Account>;
let stream: { connected: boolean };

async function peopleWith(role: RoleMembers): Promise<People> {
  asked = [];
  answer = async () => ALICE;
  stream = { connected: true };
  const directory: Directory = {
    account: async (id) => (asked.push(id), await answer()),
    byUsername: async () => ALICE,
    byUsernames: async (names) => (asked.push(names.join(' ')), [await answer()]),
    groupMembers: async () => [],
    channelMembers: async () => ['a1'],
    shared: async (channel, user) => (asked.push(`${channel} ${user}`), { id: channel, name: 'ops', team: 't1', kind: 'public' }),
    channel: async (name) => ({ id: 'c9', name, team: 't1', kind: 'private' }),
  };
  return await createPeople({
    directory,
    events: stream,
    roles: [role],
    names: { users: [], channels: [] },
    offlineForMs: 86_400_000,
    clock,
    facts: { fact: async () => null, remember: async () => undefined },
    tell: async () => undefined,
  });
}
beforeEach(async () => {
  people = await peopleWith(OPERATOR);
});

async function timesAsked(freshness: Freshness, afterMs: number): Promise<number> {
  await people.person('a1', 'fresh');
  await clock.advance(afterMs);
  const before = asked.length;
  await people.person('a1', freshness);
  return asked.length - before;
}

describe('who somebody is', () => {
  it.each<[Freshness, after: string, number, times: number]>([
    ['fresh', 'half a second', 500, 0],
    ['fresh', 'two seconds', 2_000, 1],
    ['warm', 'half a minute', 30_000, 0],
    ['warm', 'two minutes', 120_000, 1],
    ['cached', 'two minutes', 120_000, 0],
  ])('%s, after %s', async (freshness, _after, ms, times) => {
    expect(await timesAsked(freshness, ms)).toBe(times);
  });

  it('is asked for again where nobody would have told of a change', async () => {
    stream.connected = false;
    expect(await timesAsked('warm', 30_000)).toBe(1);
  });

  it('comes with the names of the configuration, and is asked for once', async () => {
    people = await peopleWith({ ...OPERATOR, users: ['alice', 'bob'] });
    await people.person('a1', 'fresh');
    await clock.advance(2_000);
    asked = [];
    await Promise.all([people.person('a1', 'fresh'), people.person('a1', 'fresh')]);
    expect(asked).toEqual(['alice bob']);
  });

  it('is asked for again once something was told', async () => {
    await people.person('a1', 'warm');
    people.expire();
    await people.person('a1', 'warm');
    expect(asked).toEqual(['a1', 'a1']);
  });

  it('is not believed as it was told before something changed', async () => {
    const late = Promise.withResolvers<Account>();
    answer = () => late.promise;
    const first = people.person('a1', 'warm');
    people.expire();
    late.resolve(ALICE);
    await first;
    answer = async () => ({ ...ALICE, active: false });
    expect(await people.person('a1', 'warm')).toMatchObject({ active: false, roles: [] });
  });

  it('is refused where it is needed and nobody answers, however warm it was', async () => {
    await people.person('a1', 'warm');
    await clock.advance(120_000);
    answer = () => Promise.reject(new VigieError('chat_unreachable', { host: 'h', reason: 'gone' }));
    await expect(people.person('a1', 'warm')).rejects.toMatchObject({ code: 'directory_unreachable' });
    expect(await people.person('a1', 'cached')).toMatchObject({ username: 'alice' });
  });
});

describe('who is in a channel', () => {
  it('is asked for once, and again after a minute, or when somebody came or went', async () => {
    await people.shared('c1', 'a1');
    await people.shared('c1', 'a1');
    await people.shared('c1', 'b1');
    expect(asked).toEqual(['c1 a1', 'c1 b1']);
    people.expire();
    await people.shared('c1', 'a1');
    await clock.advance(61_000);
    await people.shared('c1', 'a1');
    expect(asked).toHaveLength(4);
  });
});
