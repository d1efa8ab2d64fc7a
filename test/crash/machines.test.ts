import { describe, expect, it } from 'vitest';
import { expectWholeStory, playMachine } from './machines.ts';

/** The moments that matter most; every point of the journal is tried beside the real servers. */
describe('vigie killed while it cuts the power of a machine', () => {
  it('after it was sent, and before that was written, sends nothing again', { timeout: 60_000 }, async () => {
    const end = await playMachine('power-off alice --hard', 'finish:power:before');
    expectWholeStory(end, 'succeeded');
    expect(end.changes).toEqual(['off']);
    expect(end.text).toMatch(/Done in/u);
  });
});
