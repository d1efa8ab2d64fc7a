import { describe, expect, it } from 'vitest';
import { expectWholeStory, playMachine } from '#test/crash/machines.ts';
import { pointsToTry } from '#test/crash/points.ts';

const OFF = 'power-off alice --hard';
const RESET = 'reset alice --hard --boot pxe';

/** Every write of the journal and every change of state, found by watching stories that nobody disturbs. */
const ofOff = (await playMachine(OFF, null)).points;
const ofReset = (await playMachine(RESET, null)).points;

/** Begun, and never sent: what may not be done twice isn't done on a guess. */
const UNSENT = 'begin:power:after';

describe('vigie killed while it cuts the power of a machine', () => {
  it('writes every step before and after its effect', () => {
    for (const step of ['power', 'follow']) expect(ofOff).toEqual(expect.arrayContaining([`begin:${step}:after`, `finish:${step}:before`]));
  });

  it.each(pointsToTry(ofOff))('at %s: it is cut once, or not at all and a word on that', async (point) => {
    const end = await playMachine(OFF, point);
    expectWholeStory(end, point === UNSENT ? 'failed' : 'succeeded');
    expect(end.changes).toEqual(point === UNSENT ? [] : ['off']);
  });
});

describe('vigie killed while it resets a machine that is to boot from the network', () => {
  it('writes every step before and after its effect', () => {
    for (const step of ['boot', 'power', 'follow'])
      expect(ofReset).toEqual(expect.arrayContaining([`begin:${step}:after`, `finish:${step}:before`]));
  });

  it.each(pointsToTry(ofReset))('at %s: it is reset once and boots from there, or not at all and a word on that', async (point) => {
    const end = await playMachine(RESET, point);
    expectWholeStory(end, point === UNSENT ? 'failed' : 'succeeded');
    expect([end.changes, end.boots]).toEqual(point === UNSENT ? [[], []] : [['reset'], ['pxe']]);
    // No order is left for a boot that somebody else begins.
    expect(end.role).toBe(32_768);
  });
});
