import { describe, expect, it } from 'vitest';
import { AWAY, FLOATING, HOME, NAME, playWholeFailback, playWholeFailover } from '#test/crash/failover-lab.ts';
import { expectWholeStory } from '#test/crash/machines.ts';
import { serverPointsToTry } from '#test/crash/points.ts';

/** Whatever was begun, and nobody knows how far it came. */
const BEGUN = /^begin:.*:after$/u;

/** Begun, and never sent: a guest isn't moved on a guess, and the same again goes on. */
const UNSENT = 'begin:guest/admin:move 104:after';

/** Every write of the journal and every change of state, found by watching stories that nobody disturbs. */
const over = (await playWholeFailover(null)).points;
const goingBack = (await playWholeFailback(null)).points;

describe('vigie killed during a failover with a name, an address, a node and a guest', () => {
  const steps = ['power', 'off', `name/${NAME}:change`, `address/${FLOATING}:move`, 'node/pica01:drain', 'node/pica01:follow'];

  it('writes every step before and after its effect', () => {
    for (const step of [...steps, 'guest/admin:take', 'guest/admin:start', `name/${NAME}:follow`, 'tell'])
      expect(over).toEqual(expect.arrayContaining([`begin:${step}:after`, `finish:${step}:before`]));
  });

  it.each(serverPointsToTry(over, BEGUN))('at %s: all of it goes elsewhere, once', async (point) => {
    const end = await playWholeFailover(point);
    expectWholeStory(end, 'succeeded');
    expect(end.where).toEqual(AWAY);
    expect(end.done).toEqual({ power: ['off'], names: [NAME], guests: ['qmstart 104 bob'] });
  });
});

describe('vigie killed during the way back', () => {
  it('writes every step before and after its effect', () => {
    for (const step of ['node/pica01:activate', `address/${FLOATING}:move`, `name/${NAME}:change`, `name/${NAME}:follow`, 'tell'])
      expect(goingBack).toEqual(expect.arrayContaining([`begin:${step}:after`, `finish:${step}:before`]));
  });

  it.each(serverPointsToTry(goingBack, BEGUN))(
    'at %s: all of it is home, once, or a word on the guest that was not sent',
    async (point) => {
      const end = await playWholeFailback(point);
      const unsent = point === UNSENT;
      expectWholeStory(end, unsent ? 'failed' : 'succeeded');
      expect(end.where).toEqual(unsent ? { ...HOME, guest: 'bob' } : HOME);
      const guests = ['qmstart 104 bob', ...(unsent ? [] : ['qmigrate 104 bob'])];
      expect(end.done).toEqual({ power: ['off'], names: [NAME, NAME], guests });
    },
  );
});
