import { expect } from 'vitest';
import { Scene } from '#test/acceptance/scene.ts';
import { LabPower } from '#test/lab/machines/lab-power.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';
import { playStory, type Story } from './play.ts';

/** An operation on alice's controller, which outlives the vigie that is killed at the given point. alice booted before, and is on. */
export async function playMachine(command: string, killAt: string | null) {
  const lab = await LabPower.open(new WarpClock(20));
  const scene = await Scene.open({ start: false, speed: 1 });
  lab.alice.note(15, 2);
  const amt = lab.reached.map((reach) => ({ ...reach, facts: { node: null, host: null } }));
  try {
    const story = await playStory({ scene, swarm: { amt } }, { command, approver: 'bob', killAt });
    return { ...story, changes: lab.alice.changes, boots: lab.alice.boots, role: lab.alice.role };
  } finally {
    await scene.close();
    await lab.close();
  }
}

/** Whenever vigie died: one post that tells the end, no lock, an unbroken audit. */
export function expectWholeStory(end: Story, state: string): void {
  expect(end).toMatchObject({ died: true, state, posts: 1, locks: [], audit: { broken: null } });
}
