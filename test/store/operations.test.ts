import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { amend, move } from '#domain/operation/commit.ts';
import type { Vote } from '#domain/operation/votes.ts';
import { LockConflict, StoreConflict, type Store } from '#ports/store.ts';
import { received } from '#test/domain/operation/machine.ts';
import { clock, freshStore, say } from './fixtures.ts';

let store: Store;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ store, remove } = await freshStore());
});
afterEach(() => remove());

const p7k = received();
const other = received({ id: 'q8l' });
const vote = (change: Partial<Vote> = {}): Vote => ({
  operation: 'p7k',
  planHash: 'v1:a',
  user: 'bob',
  verdict: 'approve',
  means: 'button',
  at: 1,
  ...change,
});

describe('a guarded transition', () => {
  it('happens when the operation is where it was thought to be', async () => {
    await store.operations.commit({ transitions: [move(p7k, 'waiting', { round: 1 })] });
    expect(await store.operations.operation('p7k')).toMatchObject({ state: 'waiting', round: 1 });
  });

  it('does not happen when it is elsewhere, and nothing else of the commit does', async () => {
    await store.operations.commit({ transitions: [move(p7k, 'waiting')] });
    const late = store.operations.commit({
      seen: 'late',
      transitions: [move(p7k, 'refused')],
      votes: [vote()],
      audit: [{ kind: 'refused', operation: 'p7k', by: 'vigie', detail: {} }],
      say: [say()],
    });
    await expect(late).rejects.toThrow(StoreConflict);
    expect(await store.operations.seen('late')).toBe(false);
    expect(await store.operations.votes('p7k')).toEqual([]);
    expect((await store.audit.head()).seq).toBe(0);
    expect(await store.outbox.byKey('op:p7k:1')).toBeNull();
    expect(await store.outbox.due(clock.now(), 10)).toEqual([]);
  });

  it('has one winner among many at once', async () => {
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => store.operations.commit({ transitions: [move(p7k, 'waiting')] })));
    expect(all.map(({ status }) => status).toSorted()).toEqual(['fulfilled', ...Array.from({ length: 7 }, () => 'rejected')]);
  });

  it('may go through two states in one commit', async () => {
    await store.operations.commit({ transitions: [move(p7k, 'waiting')] });
    const waiting = { ...p7k, state: 'waiting' as const };
    await store.operations.commit({ transitions: [move(waiting, 'stale'), move({ ...p7k, state: 'stale' }, 'waiting', { round: 2 })] });
    expect(await store.operations.operation('p7k')).toMatchObject({ state: 'waiting', round: 2 });
  });

  it('that is not in the table is a bug, whoever asks', async () => {
    await expect(store.operations.commit({ transitions: [move(p7k, 'running')] })).rejects.toThrow(TypeError);
    expect(await store.operations.operation('p7k')).toMatchObject({ state: 'received' });
  });

  it('of an operation that is not there is a conflict', async () => {
    await expect(store.operations.commit({ transitions: [amend(other, { reminded: true })] })).rejects.toThrow(StoreConflict);
  });
});

describe('what came in', () => {
  it('is decided once', async () => {
    expect(await store.operations.seen('post:1')).toBe(true);
    await expect(store.operations.commit({ seen: 'post:1', create: other })).rejects.toThrow(StoreConflict);
    expect(await store.operations.operation('q8l')).toBeNull();
  });

  it('twice at once has one winner', async () => {
    const both = await Promise.allSettled([
      store.operations.commit({ seen: 'post:2', create: other }),
      store.operations.commit({ seen: 'post:2', create: received({ id: 'r9m' }) }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('gets an id that no operation ever had', async () => {
    const ids = new Set(await Promise.all(Array.from({ length: 20 }, () => store.operations.freshId())));
    expect(ids).not.toContain('p7k');
  });
});

describe('locks', () => {
  beforeEach(() => store.operations.commit({ create: other }));
  const take = (operation: string, ...paths: string[]) => store.operations.commit({ lock: { operation, paths } });

  it.each([
    ['the same', 'swarm/service:pad'],
    ['its parent', 'swarm'],
    ['its child', 'swarm/service:pad/task'],
  ])('of two operations exclude each other: %s', async (_what, path) => {
    await take('p7k', 'swarm/service:pad');
    await expect(take('q8l', path)).rejects.toThrow(LockConflict);
    await expect(take('q8l', path)).rejects.toMatchObject({ held: { path: 'swarm/service:pad', operation: 'p7k' } });
  });

  it('are taken all or none', async () => {
    await take('p7k', 'vm/b');
    await expect(take('q8l', 'vm/a', 'vm/b', 'vm/c')).rejects.toThrow(LockConflict);
    expect(await store.operations.locks()).toEqual([{ path: 'vm/b', operation: 'p7k' }]);
  });

  it('may be taken again by whoever holds them, and beside those of others', async () => {
    await take('p7k', 'swarm/service:pad');
    await take('p7k', 'swarm/service:pad', 'swarm/service:blog');
    await take('q8l', 'swarm/service:pad2');
    expect(await store.operations.locks()).toHaveLength(3);
  });

  it('are given back all at once', async () => {
    await take('p7k', 'vm/a', 'vm/b');
    await store.operations.commit({ unlock: 'p7k', lock: { operation: 'q8l', paths: ['vm'] } });
    expect(await store.operations.locks()).toEqual([{ path: 'vm', operation: 'q8l' }]);
  });
});

describe('votes', () => {
  it('of one person for one plan are one, by the latest means', async () => {
    await store.operations.commit({ votes: [vote()] });
    await store.operations.commit({ votes: [vote({ means: 'reaction', at: 2 })] });
    expect(await store.operations.votes('p7k')).toEqual([vote({ means: 'reaction', at: 2 })]);
  });

  it('for another plan, of another person or with another verdict stand beside', async () => {
    await store.operations.commit({ votes: [vote(), vote({ planHash: 'v1:b' }), vote({ user: 'carol' }), vote({ verdict: 'veto' })] });
    expect(await store.operations.votes('p7k')).toHaveLength(4);
  });

  it('are withdrawn exactly', async () => {
    await store.operations.commit({ votes: [vote(), vote({ planHash: 'v1:b' }), vote({ user: 'carol' })] });
    await store.operations.commit({ withdrawn: [vote()] });
    expect((await store.operations.votes('p7k')).map(({ user, planHash }) => `${user} ${planHash}`).toSorted()).toEqual([
      'bob v1:b',
      'carol v1:a',
    ]);
  });

  it('need an operation', async () => {
    await expect(store.operations.commit({ votes: [vote({ operation: 'zzz' })] })).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});

describe('the journal of an operation', () => {
  it('keeps each step in order, begun and finished', async () => {
    const { journal } = store;
    await journal.begin('p7k', 'update', 'once');
    expect(await journal.steps('p7k')).toEqual([{ name: 'update', mode: 'once', state: 'started', result: null, startedAt: clock.now() }]);
    await journal.finish('p7k', 'update', { sent: true });
    await journal.begin('p7k', 'follow', 'repeatable');
    expect((await journal.steps('p7k')).map(({ name, state, result }) => [name, state, result])).toEqual([
      ['update', 'done', { sent: true }],
      ['follow', 'started', null],
    ]);
  });

  it('keeps the order of steps that begin at the same time', async () => {
    const { journal } = store;
    const names = ['name/a:change', 'name/b:change', 'name/c:change', 'name/d:change'];
    await Promise.all(names.map((name) => journal.begin('p7k', name, 'repeatable')));
    const rows = await journal.steps('p7k');
    expect(rows.map(({ name }) => name)).toEqual(names);
  });

  it('does not begin a step twice: its first time and its result stay', async () => {
    const { journal } = store;
    await journal.begin('p7k', 'update', 'once');
    await journal.finish('p7k', 'update', 1);
    await clock.advance(1_000);
    await journal.begin('p7k', 'update', 'repeatable');
    expect(await journal.steps('p7k')).toMatchObject([{ mode: 'once', state: 'done', result: 1, startedAt: clock.now() - 1_000 }]);
  });
});

describe('the ledger', () => {
  const release = (service: string, digest: string) =>
    ({
      service,
      image: `${service}:1`,
      digest,
      spec: { a: [1] },
      operation: null,
      requester: 'alice',
      approvers: ['bob'],
      origin: 'vigie',
    }) as const;

  it('numbers the releases of each service from 1, newest first', async () => {
    for (const [service, digest] of [
      ['pad', 'a'],
      ['blog', 'b'],
      ['pad', 'c'],
      ['pad', 'a'],
    ] as const)
      await store.operations.commit({ releases: [release(service, digest)] });
    expect((await store.ledger.releases('pad', 10)).map(({ number, digest }) => [number, digest])).toEqual([
      [3, 'a'],
      [2, 'c'],
      [1, 'a'],
    ]);
    expect((await store.ledger.releases('blog', 10)).map(({ number }) => number)).toEqual([1]);
    expect(await store.ledger.releases('pad', 1)).toMatchObject([{ spec: { a: [1] }, approvers: ['bob'], at: clock.now() }]);
  });

  it('numbers two at once without a gap', async () => {
    await Promise.all([
      store.operations.commit({ releases: [release('pad', 'a')] }),
      store.operations.commit({ releases: [release('pad', 'b')] }),
    ]);
    expect((await store.ledger.releases('pad', 10)).map(({ number }) => number)).toEqual([2, 1]);
  });
});

describe('cursors and facts', () => {
  it('a cursor only moves on', async () => {
    await store.cursors.advance('ops', 5);
    await store.cursors.advance('ops', 3);
    await store.cursors.advance('other', 1);
    expect([await store.cursors.cursor('ops'), await store.cursors.cursor('nowhere')]).toEqual([5, null]);
    expect(await store.cursors.all()).toEqual(
      new Map([
        ['ops', 5],
        ['other', 1],
      ]),
    );
  });

  it('a fact is the latest one', async () => {
    expect(await store.cursors.fact('loaded')).toBeNull();
    await store.cursors.remember('loaded', 'a');
    await store.cursors.remember('loaded', 'b');
    expect(await store.cursors.fact('loaded')).toBe('b');
  });
});

describe('notes that wait at the same time', () => {
  it('are all stored, each once, and one that was decided already is refused alone', async () => {
    const audit = (key: string) => [{ kind: 'read', operation: null, by: 'alice', detail: { key } }];
    const note = (key: string) => store.operations.commit({ seen: key, audit: audit(key) });
    const outcomes = await Promise.allSettled([note('a'), note('b'), note('a'), note('c')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect((await store.audit.entries({ since: 0, limit: 10 })).map(({ detail }) => detail['key'])).toEqual(['a', 'b', 'c']);
    expect(await store.audit.verify()).toMatchObject({ entries: 3, broken: null });
  });
});
