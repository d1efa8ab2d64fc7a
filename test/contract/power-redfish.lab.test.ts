import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '#kernel/clock.ts';
import { LabMachine } from '#test/lab/machines/lab-machine.ts';
import { redfishOver } from '#test/lab/machines/redfish-power.ts';
import { RedfishWeb } from '#test/lab/machines/redfish-web.ts';
import { powerContract } from './power.contract.ts';

const SETTLE_MS = 50;

powerContract('Redfish in memory', async () => {
  const machine = new LabMachine('alice', systemClock, { on: false });
  machine.lab.settle = SETTLE_MS;
  const web = await RedfishWeb.start(machine);
  const reach = { machine: 'alice', port: web.port, fingerprint: web.fingerprint, user: web.user, password: web.password };
  return {
    power: redfishOver(reach, systemClock).power,
    stranger: redfishOver({ ...reach, password: 'another one' }, systemClock).power,
    away: redfishOver({ ...reach, port: 1 }, systemClock).power,
    boots: async () => machine.boots,
    settled: () => sleep(SETTLE_MS + 10),
    failures: async () => web.failures,
    drop: async (requests) => void (machine.lab.drop = requests),
    made: {
      board: { maker: 'Dell Inc.', model: 'PowerEdge R6515' },
      processor: 'EPYC 7302P',
      memory: Array.from({ length: 2 }, () => [17_179_869_184, 'DDR4', 'LAB16GX4M2A2933C13'] as const),
      diskBytes: 2_000_398_934_016,
      firmware: { version: '6.10.80.00', build: '', open: false },
    },
    possible: ['cycle', 'off', 'reset', 'shutdown'],
    refusal: 'HTTP 409 Base.1.12.ResourceInUse',
    close: () => web.close(),
  };
});
