import { systemClock } from '#kernel/clock.ts';
import { LabPower, powerOver } from '#test/lab/machines/lab-power.ts';
import { recordedScreen } from '#test/lab/machines/recorded-screen.ts';
import { picasoftHypervisor } from '#test/lab/hypervisor/picasoft.ts';
import { consoleContract } from './console.contract.ts';

consoleContract('AMT in memory', true, async () => {
  const lab = await LabPower.open(systemClock);
  return {
    console: lab.power,
    name: 'alice',
    stranger: powerOver(
      lab.reached.map((reach) => ({ ...reach, vncPassword: 'Lab!4321' })),
      systemClock,
    ),
    beOff: async () => lab.alice.goOff(),
    beOn: async () => lab.alice.goOn(),
    close: () => lab.close(),
  };
});

consoleContract('a guest in memory', false, async () => {
  const hypervisor = picasoftHypervisor(systemClock);
  hypervisor.screens.set('pica01', recordedScreen('login'));
  return {
    console: hypervisor,
    name: 'pica01',
    beOff: async () => void (hypervisor.known('pica01').startedAt = null),
    beOn: async () => void (hypervisor.known('pica01').startedAt = systemClock.now()),
    close: () => Promise.resolve(),
  };
});
