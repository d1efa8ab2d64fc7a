import { isRecord, parseJson } from '#kernel/json.ts';
import type { PowerState } from '#ports/power.ts';
import type { Memory } from './refusals.ts';

/** Since when a machine is seen in the state that it is in: controllers don't say. */
export interface StateMemory {
  /** @returns when it was first seen so (ms), now where it wasn't before */
  note(state: PowerState): Promise<number>;
}

export function rememberStates(memory: Memory, machine: string, now: () => number): StateMemory {
  const name = `machine-state:${machine}`;
  return {
    async note(state) {
      const text = (await memory.fact(name)) ?? '';
      const kept = text === '' ? null : parseJson(text);
      if (isRecord(kept) && kept['state'] === state && typeof kept['since'] === 'number') return kept['since'];
      const since = now();
      await memory.remember(name, JSON.stringify({ state, since }));
      return since;
    },
  };
}
