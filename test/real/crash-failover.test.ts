import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { playFailover } from '#test/crash/failover.ts';
import { expectWholeStory } from '#test/crash/machines.ts';
import { serverPointsToTry } from '#test/crash/points.ts';
import { ELSEWHERE, FailoverLab, FLOATING, NAME } from './failover-lab.ts';

/** Whatever was begun, and where something may be done twice: a name changed. Every other point with CRASH_POINTS=all. */
const AROUND = /^(?:begin:.*:after|finish:name.*change:before)$/u;

const lab = await FailoverLab.open();
await lab.prepare();
await lab.net.plug('pica01', false);
/** Every write of the journal and every change of state, found by watching a story that nobody disturbs. */
const { points } = await playFailover(lab.parts, null).catch(async (error: unknown) => {
  await lab.close();
  throw error;
});

describe('vigie killed during a failover', () => {
  beforeEach(async () => {
    await lab.prepare();
    await lab.net.plug('pica01', false);
  }, 60_000);
  afterAll(() => lab.close());

  it('writes every step before and after its effect', () => {
    for (const step of ['power', 'off', `name/${NAME}:change`, `address/${FLOATING}:move`, 'tell'])
      expect(points).toEqual(expect.arrayContaining([`begin:${step}:after`, `finish:${step}:before`]));
  });

  it.each(serverPointsToTry(points, AROUND))('at %s: the power is cut once, name and address go elsewhere once', async (point) => {
    const end = await playFailover(lab.parts, point);
    expectWholeStory(end, 'succeeded');
    expect(end.changes).toEqual(['off']);
    expect(await lab.where()).toEqual(ELSEWHERE);
  });
});
