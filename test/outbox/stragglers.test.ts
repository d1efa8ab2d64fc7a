import { describe, expect, it } from 'vitest';
import { createStragglers, type Lane } from '#outbox/stragglers.ts';
import { ManualClock } from '#test/lab/clock.ts';

describe('what goes out side by side', () => {
  const clock = new ManualClock();
  const ends: unknown[] = [];
  const stragglers = createStragglers(clock, (error) => ends.push(error));
  const hanging = () => Promise.withResolvers<void>();
  const lane = (way: string, run: Lane['run']): Lane => ({ ways: [way], run });

  it('is waited for as long as it is quick', async () => {
    const said: string[] = [];
    const each = (way: string): Lane => lane(way, async () => void said.push(way));
    expect(await stragglers.run([each('ops'), each('alerts')])).toBe(true);
    expect([said, stragglers.ways(), ends]).toEqual([['ops', 'alerts'], [], []]);
  });

  it('is left behind where it is slow, until it is over: it ends after what it is at', async () => {
    const post = hanging();
    const said: string[] = [];
    const slow = lane('ops', async (late) => {
      for (const each of ['first', 'second']) {
        if (late()) return;
        await post.promise;
        said.push(each);
      }
    });
    const run = stragglers.run([slow, lane('alerts', async () => undefined)]);
    await clock.advance(1_000);
    expect([await run, stragglers.ways(), ends]).toEqual([false, ['ops'], []]);
    post.resolve();
    await stragglers.over();
    expect([said, stragglers.ways(), ends]).toEqual([['first'], [], [null]]);
  });

  it('is still known as under way where another one fails', async () => {
    ends.length = 0;
    const post = hanging();
    const broken = lane('alerts', () => Promise.reject(new Error('disk full')));
    await expect(stragglers.run([lane('ops', () => post.promise), broken])).rejects.toThrow('disk full');
    expect(stragglers.ways()).toEqual(['ops']);
    post.reject(new Error('later'));
    await stragglers.over();
    expect([stragglers.ways(), ends]).toEqual([[], [new Error('later')]]);
  });
});
