import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LAB, realSwarm, type RealSwarm } from './swarm.ts';

const run = promisify(execFile);
const LONG_MS = 600_000;
const story = z.object({ plan: z.string(), end: z.string(), image: z.string(), containers: z.array(z.string()), plans: z.number() });

let lab: RealSwarm;

/** What it says about itself is the image's business; `2` differs by a label, `bad` ends at once. */
const IMAGES = [
  ['1', 'FROM vigie:lab'],
  ['2', 'FROM vigie:lab\nLABEL release=2'],
  ['bad', 'FROM vigie:lab\nENTRYPOINT ["/bin/sh", "-c", "exit 3"]'],
] as const;

beforeAll(async () => {
  lab = await realSwarm();
  await run(join(import.meta.dirname, 'container-image.sh'), ['vigie:lab'], { env: { ...process.env, LAB } });
  for (const [tag, dockerfile] of IMAGES) {
    const image = `${lab.registry}/vigie:${tag}`;
    await run('bash', [
      '-c',
      `printf '%s\\n' "$1" | DOCKER_BUILDKIT=0 /usr/bin/docker -H "unix://$2" build --quiet --tag "$3" -`,
      'build',
      dockerfile,
      lab.socketPath,
      image,
    ]);
    await lab.docker('push', '--quiet', image);
  }
}, LONG_MS);

async function tell(tag: string) {
  const driver = join(import.meta.dirname, 'self-deploy-driver.ts');
  const { stdout } = await run('nsenter', [`--net=${lab.namespace}`, process.execPath, driver, tag], {
    env: { ...process.env, LAB },
    timeout: LONG_MS,
  });
  return story.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

describe('vigie as a service of the Swarm', () => {
  it('deploys a new version of itself, and the new one finishes the story', { timeout: LONG_MS }, async () => {
    const { plan, end, image, plans } = await tell('2');
    expect(plan).toMatch(/This is vigie itself/u);
    expect(plan).toMatch(/Waiting for 1 ✅ from somebody else/u);
    expect(end).toMatch(/Done in.*runs `vigie:2`: 1\/1/su);
    expect(image).toMatch(/vigie:2@sha256:/u);
    expect(plans).toBe(1);
  });

  it('comes back as the old version when the new one does not start, and says so', { timeout: LONG_MS }, async () => {
    const { end, image } = await tell('bad');
    expect(end).toMatch(/Failed: the old image is back.*exit \(3\)/su);
    expect(image).toMatch(/vigie:1/u);
  });
});
