import { expect, it } from 'vitest';
import { BatchSize } from '#adapters/elasticsearch/batch-size.ts';
import { VigieError } from '#kernel/errors.ts';
import type { SearchOutcome } from '#ports/search.ts';

const FOUND: SearchOutcome = { ok: true, total: 0, hits: [], aggregations: {} };
const REJECTED: SearchOutcome = {
  ok: false,
  problem: { code: 'search_rejected', params: { cluster: 'main', status: 429, reason: 'queue is full' } },
};
const NO_MEMORY: SearchOutcome = {
  ok: false,
  problem: { code: 'search_too_large', params: { cluster: 'main', reason: '[parent]', node: true } },
};

/** A cluster whose requests may take ten seconds. */
function pacing() {
  let now = 0;
  const batch = new BatchSize(10_000, { now: () => now });
  const asks = (count: number, ms: number, outcomes: readonly SearchOutcome[] = [FOUND]): Promise<unknown> =>
    batch.keeping(count, async () => {
      now += ms;
      return outcomes;
    });
  return { batch, asks };
}

it('puts as many searches together as are answered within a quarter of their time', async () => {
  const { batch, asks } = pacing();
  expect(batch.atOnce).toBe(250);
  await asks(250, 1_000);
  expect(batch.atOnce).toBe(625);
  await asks(625, 100);
  expect(batch.atOnce).toBe(1_000);
  await asks(1_000, 9_000);
  expect(batch.atOnce).toBe(277);
  await asks(277, 9_000);
  expect(batch.atOnce).toBe(250);
});

it('learns nothing of a few: their round trip takes longer than they do', async () => {
  const { batch, asks } = pacing();
  await asks(10, 1);
  expect(batch.atOnce).toBe(250);
});

it.each([
  ['one of them was refused', [FOUND, REJECTED]],
  ['there was no memory for one of them', [FOUND, NO_MEMORY]],
  ['all of them were', new VigieError('search_busy', { cluster: 'main', status: 429 })],
  ['they took too long', new VigieError('search_unreachable', { cluster: 'main', host: 'es', reason: 'no answer within 10000 ms' })],
])('asks for as few as possible for a while where %s', async (_what, answer) => {
  const { batch, asks } = pacing();
  await asks(250, 100);
  expect(batch.atOnce).toBe(1_000);
  const failing =
    answer instanceof VigieError
      ? batch.keeping(1_000, () => Promise.reject(answer)).catch((error: unknown) => expect(error).toBe(answer))
      : asks(1_000, 100, answer);
  await failing;
  for (let look = 0; look < 29; look += 1) {
    expect(batch.atOnce).toBe(250);
    await asks(250, 100);
  }
  await asks(250, 100);
  expect(batch.atOnce).toBe(1_000);
});
