import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '#kernel/clock.ts';
import { startAmtWeb } from '#test/lab/machines/amt-web.ts';
import { LabMachine } from '#test/lab/machines/lab-machine.ts';
import { powerOver } from '#test/lab/machines/lab-power.ts';
import { MADE_BY_AMT, powerContract } from './power.contract.ts';

const SETTLE_MS = 50;

powerContract('AMT in memory', async () => {
  const machine = new LabMachine('alice', systemClock, { on: false });
  machine.lab.settle = SETTLE_MS;
  const web = await startAmtWeb(machine);
  const reach = { machine: 'alice', web: web.port, password: machine.password };
  return {
    power: powerOver([reach], systemClock),
    stranger: powerOver([{ ...reach, password: 'P@ssw0rt' }], systemClock),
    away: powerOver([{ ...reach, web: 1 }], systemClock),
    boots: async () => machine.boots,
    settled: () => sleep(SETTLE_MS + 10),
    failures: async () => web.failures(),
    drop: async (requests) => void (machine.lab.drop = requests),
    ...MADE_BY_AMT,
    close: () => web.close(),
  };
});
