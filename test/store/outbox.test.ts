import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '#ports/store.ts';
import { clock, freshStore, say } from './fixtures.ts';

let store: Store;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ store, remove } = await freshStore());
});
afterEach(() => remove());

const due = async (): Promise<readonly string[]> =>
  (await store.outbox.due(clock.now(), 10)).map(({ key, version }) => `${key} v${version}`);
const POST = { postId: 'post1', fingerprint: 'f1', seeded: [] };
const wanted = (state: string) => store.operations.commit({ say: [say({ message: { template: 'operation', data: { state } } })] });

describe('what is to be said', () => {
  it('is due at once, oldest first, and no more once it was said', async () => {
    await store.operations.commit({
      say: [say(), say({ kind: 'create', key: 'note', to: { channel: 'ops', root: null, underKey: 'op:p7k:1' }, seeds: ['x'] })],
    });
    expect(await due()).toEqual(['op:p7k:1 v1', 'note v1']);
    expect(await store.outbox.due(clock.now(), 1)).toHaveLength(1);
    await store.outbox.sent('op:p7k:1', 1, POST);
    expect(await due()).toEqual(['note v1']);
    expect(await store.outbox.byPost('post1')).toMatchObject({
      key: 'op:p7k:1',
      postId: 'post1',
      channel: 'ops',
      fingerprint: 'f1',
      final: true,
    });
  });

  it('once is said once, however often it is asked for', async () => {
    const note = say({ kind: 'create', key: 'note' });
    await store.operations.commit({ say: [note] });
    await store.operations.commit({ say: [{ ...note, message: { template: 'other', data: {} } }] });
    expect(await due()).toEqual(['note v1']);
    await store.outbox.sent('note', 1, POST);
    await store.operations.commit({ say: [note] });
    expect(await due()).toEqual([]);
  });

  it('as a state is the latest one', async () => {
    for (const state of ['waiting', 'approved', 'running']) await wanted(state);
    expect(await store.outbox.due(clock.now(), 10)).toMatchObject([{ version: 3, message: { data: { state: 'running' } } }]);
  });

  it('is due again when the state changed while it was being said', async () => {
    await wanted('waiting');
    await wanted('running');
    await store.outbox.sent('op:p7k:1', 1, POST);
    expect(await due()).toEqual(['op:p7k:1 v2']);
    expect(await store.outbox.byKey('op:p7k:1')).toMatchObject({ postId: 'post1', final: false });
    await store.outbox.sent('op:p7k:1', 2, POST);
    expect(await due()).toEqual([]);
  });

  it('waits when it was put off, and counts how often it was tried', async () => {
    await wanted('waiting');
    await store.outbox.postpone('op:p7k:1', clock.now() + 500);
    expect([await due(), await store.outbox.nextDue()]).toEqual([[], clock.now() + 500]);
    await clock.advance(500);
    expect(await store.outbox.due(clock.now(), 10)).toMatchObject([{ attempts: 1 }]);
    await store.outbox.sent('op:p7k:1', 1, POST);
    await wanted('running');
    expect(await store.outbox.due(clock.now(), 10)).toMatchObject([{ attempts: 0, lastSentAt: clock.now() }]);
  });

  it('keeps the count of its tries when the state changes: the first of them may have made a post that must be looked for', async () => {
    await wanted('waiting');
    await store.outbox.postpone('op:p7k:1', clock.now());
    await wanted('running');
    expect(await store.outbox.due(clock.now(), 10)).toMatchObject([{ version: 2, postId: null, attempts: 1 }]);
  });

  it('that was given up is not tried again, until there is something new to say', async () => {
    await wanted('waiting');
    await store.outbox.giveUp('op:p7k:1', 1, 'too long');
    expect([await due(), await store.outbox.nextDue()]).toEqual([[], null]);
    await wanted('running');
    expect(await due()).toEqual(['op:p7k:1 v2']);
    await store.outbox.giveUp('op:p7k:1', 1, 'too long');
    expect(await due()).toEqual(['op:p7k:1 v2']);
  });

  it('remembers its post and its reactions', async () => {
    await wanted('waiting');
    expect([await store.outbox.postId('op:p7k:1'), await store.outbox.byPost('post1'), await store.outbox.byKey('op:p7k:1')]).toEqual([
      null,
      null,
      null,
    ]);
    await store.outbox.sent('op:p7k:1', 1, { ...POST, seeded: ['white_check_mark'] });
    await wanted('running');
    expect(await store.outbox.postId('op:p7k:1')).toBe('post1');
    expect(await store.outbox.due(clock.now(), 10)).toMatchObject([{ seeded: ['white_check_mark'], postId: 'post1' }]);
  });
});
