import { Scene } from '#test/acceptance/scene.ts';
import { LabPower } from '#test/lab/machines/lab-power.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';
import type { Doors, Zone } from './house-parts.ts';
import { playStory } from './play.ts';

/** What alice and bob are to everybody else: the machines that hold the addresses. */
const ALIAS = { alice: 'pica01', bob: 'pica02' } as const;

/** A failover of pica01, which hangs, on a real network and a real zone, by a vigie that is killed at the given point. */
export async function playFailover(parts: { readonly doors: Doors; readonly zone: Zone }, killAt: string | null) {
  const lab = await LabPower.open(new WarpClock(20));
  const scene = await Scene.open({ start: false, speed: 1 });
  const amt = lab.reached.map((reach) => {
    const machine = ALIAS[reach.machine === 'alice' ? 'alice' : 'bob'];
    return { ...reach, machine, facts: { node: null, host: null } };
  });
  try {
    const story = await playStory({ scene, swarm: { amt, ...parts } }, { command: 'failover pica01', approver: 'bob', killAt });
    return { ...story, changes: [...lab.alice.changes] };
  } finally {
    await scene.close();
    await lab.close();
  }
}
