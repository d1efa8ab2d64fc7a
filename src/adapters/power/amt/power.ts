import type { PowerChange, PowerState, PowerView } from '#ports/power.ts';
import { listIn, numberIn } from './answer.ts';
import type { Conversation } from './client.ts';

/** CIM's numbers of states. */
const STATES: ReadonlyMap<number, PowerState> = new Map([
  [2, 'on'],
  [3, 'asleep'],
  [4, 'asleep'],
  [6, 'off'],
  [7, 'asleep'],
  [8, 'off'],
  [13, 'off'],
]);
/** And of what one may ask for; the soft one needs Intel's agent in the operating system, and is possible nowhere else. */
export const REQUESTS: Readonly<Record<PowerChange, number>> = { on: 2, shutdown: 12, off: 8, cycle: 5, reset: 10 };

export async function stateOf({ all }: Conversation): Promise<Omit<PowerView, 'since'>> {
  const [found = {}] = await all('power');
  const code = numberIn(found, 'PowerState') ?? 0;
  const available = listIn(found, 'AvailableRequestedPowerStates').map(Number);
  const possible = Object.entries(REQUESTS).flatMap(([change, number]) => (available.includes(number) ? [change] : []));
  return { state: STATES.get(code) ?? 'unknown', code, possible: possible.filter(isChange) };
}

function isChange(word: string): word is PowerChange {
  return word in REQUESTS;
}
