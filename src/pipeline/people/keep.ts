import type { Clock } from '#kernel/clock.ts';
import { startLoop, type Loop } from '#kernel/loop.ts';
import type { People } from './people.ts';

/** How old what is known may be at most when Mattermost goes away, on a day on which nobody asks anything. */
const EVERY_MS = 15 * 60_000;

/** Asks who has which role now and then: names are pinned at once, and the command line knows everybody when Mattermost is down. */
export function keepPeopleKnown(people: Pick<People, 'refresh'>, clock: Clock): Loop {
  return startLoop(clock, async () => {
    await people.refresh();
    return EVERY_MS;
  });
}
