import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { powerContract } from '#test/contract/power.contract.ts';
import { MachinesLab } from './machines/machines-lab.ts';

/** A second is what the stand-in takes for a change by itself. */
const SETTLE_MS = 1_200;

let lab: MachinesLab;
beforeAll(async () => {
  lab = await MachinesLab.open('alice');
});
afterAll(() => lab.close());

powerContract('AMT in front of a machine in QEMU, through a bounce', async () => {
  const alice = lab.machine('alice');
  return {
    power: lab.power(),
    stranger: lab.power({ password: 'P@ssw0rt' }),
    away: lab.power({ web: 1 }),
    boots: async () => (await alice.tell()).boots.map((boot) => (boot === 'network' ? 'pxe' : boot)),
    settled: () => sleep(SETTLE_MS),
    failures: async () => (await alice.tell()).failures,
    drop: async (requests) => void (await alice.tell({ drop: requests })),
    close: () => Promise.resolve(),
  };
});

describe('the bounce', () => {
  it('opens the ports of the machines and runs nothing', async () => {
    await expect(lab.remote.openPort('127.0.0.1', 22)).rejects.toThrow();
    expect((await lab.remote.exec(['id'])).code).not.toBe(0);
  });
});
