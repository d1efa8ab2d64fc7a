import { COMPLETING, CRASHING, UNHEALTHY } from '#test/lab/swarm/image.ts';
import { MemorySwarm } from '#test/lab/swarm/memory-swarm.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { swarmContract, type SwarmLab } from './swarm.contract.ts';
import { swarmNodesContract } from './swarm-nodes.contract.ts';

const OPEN = 'registry.lab/x';
const PRIVATE = 'private.lab/x';
const DENIED = 'denied.lab/x';
const ABSENT = 'absent.lab/x';

const STEP_MS = 250;
const LIMIT_MS = 90_000;

async function memoryLab(): Promise<SwarmLab> {
  const clock = new ManualClock();
  const swarm = new MemorySwarm(clock);
  const output = { stdout: ['starting'], stderr: ['warn: this line goes to stderr'] };
  for (const tag of ['v1', 'v2']) swarm.registry.push(`${OPEN}:${tag}`, output);
  swarm.registry.push(`${OPEN}:bad`, UNHEALTHY);
  swarm.registry.push(`${OPEN}:broken`, CRASHING);
  for (const tag of ['job', 'job2']) swarm.registry.push(`${OPEN}:${tag}`, COMPLETING);
  swarm.registry.push(`${PRIVATE}:v1`);
  swarm.registry.push(`${DENIED}:v1`);
  swarm.registry.deny(DENIED);
  swarm.registry.push(`${ABSENT}:v1`);
  swarm.registry.push(`${ABSENT}:held`);
  swarm.registry.hold(`${ABSENT}:held`);
  swarm.registry.goDown('absent.lab', 'connection refused');
  const unreachable = new MemorySwarm(clock);
  unreachable.beUnreachable();

  async function until<T>(look: () => Promise<T | null>): Promise<T> {
    for (let waited = 0; waited < LIMIT_MS; waited += STEP_MS) {
      const found = await look();
      if (found !== null) return found;
      await clock.advance(STEP_MS);
    }
    throw new Error(`nothing after ${LIMIT_MS} ms`);
  }

  return {
    swarm,
    repository: OPEN,
    privateRepository: PRIVATE,
    deniedRepository: DENIED,
    absentRepository: ABSENT,
    unreachable: { swarm: unreachable, host: 'lab' },
    until,
    async createService(options) {
      swarm.createService(options, false);
      if (options.job !== undefined) return;
      const replicas = options.replicas ?? 1;
      await until(async () => ((await swarm.service(options.name)).running === (replicas === 'global' ? 2 : replicas) ? true : null));
    },
    removeService: (name) => Promise.resolve(swarm.removeService(name)),
    close: () => swarm.close(),
  };
}

swarmContract('in memory', memoryLab, { registriesInReach: true });
swarmNodesContract('in memory', memoryLab);
