import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectSwarm } from '#adapters/docker/connect-swarm.ts';
import { realSwarm, until, type RealSwarm } from './swarm.ts';

const run = promisify(execFile);
const DRIVER = fileURLToPath(new URL('logs-driver.ts', import.meta.url));
const LINES = 60_000;

interface Read {
  readonly count: number;
  readonly first: string;
  readonly last: string;
  readonly older: boolean;
  readonly whole: boolean;
  readonly growthMb: number;
}

describe('logs of a service that wrote 60,000 lines', () => {
  let real: RealSwarm;
  const service = 'talkative';

  beforeAll(async () => {
    real = await realSwarm();
    await real.createService({ name: service, image: `${real.registry}/x:v1`, env: [`LINES=${LINES}`, 'WIDTH=500'] });
    const swarm = connectSwarm({ kind: 'socket', path: real.socketPath });
    await until('all lines', async () =>
      (await swarm.logs(service, { since: 0, tail: 50 })).lines.some(({ text }) => text.startsWith(`line ${LINES} of`)),
    );
    await swarm.close();
  }, 120_000);
  afterAll(() => real?.removeService(service));

  async function read(tail: number, grep?: string): Promise<Read> {
    const { stdout } = await run(process.execPath, [
      '--expose-gc',
      DRIVER,
      real.socketPath,
      service,
      String(tail),
      ...(grep === undefined ? [] : [grep]),
    ]);
    return JSON.parse(stdout);
  }

  it('are the newest, and cost little memory', async () => {
    const newest = await read(2_000);
    expect(newest).toMatchObject({ older: true, whole: true });
    expect(newest.count).toBeGreaterThan(1_500);
    expect(newest.growthMb).toBeLessThan(10);
  });

  it('are looked through to the first of them', async () => {
    const found = await read(2_000, 'line 3 of');
    expect(found).toMatchObject({ count: 1, first: expect.stringContaining('line 3 of') });
    expect(found.growthMb).toBeLessThan(10);
  });
});
