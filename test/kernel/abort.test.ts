import { describe, expect, it } from 'vitest';
import { beforeAbort, deadline } from '#kernel/abort.ts';

describe('a deadline', () => {
  it('ends what takes too long with an error that people can be told', async () => {
    const error = new Error('too slow');
    await expect(
      beforeAbort(
        deadline(5, () => error),
        new Promise(() => undefined),
      ),
    ).rejects.toBe(error);
  });

  it('lets go what is done in time', async () => {
    expect(
      await beforeAbort(
        deadline(1_000, () => new Error('too slow')),
        Promise.resolve('done'),
      ),
    ).toBe('done');
  });
});
