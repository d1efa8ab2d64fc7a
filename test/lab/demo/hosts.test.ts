import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#test/lab/clock.ts';
import { DemoDisks } from './disks.ts';
import { demoHosts, type DemoHosts } from './hosts.ts';

let hosts: DemoHosts;
beforeEach(async () => {
  const clock = new ManualClock();
  hosts = await demoHosts(clock, new DemoDisks(clock.now()));
});
afterEach(() => hosts.close());

describe('the machines of the demo', () => {
  it('show disks of their own, and something of each kind to clean', async () => {
    const { fileSystems, docker, partials } = await hosts.space('pica01');
    expect(fileSystems.map(({ mount }) => mount)).toEqual(['/DATA', '/']);
    expect(docker).toMatchObject({ answers: true, logs: [{ container: 'traefik.1' }] });
    expect([docker.answers && docker.images.length, partials.length]).toEqual([3, 1]);
  });

  it('get emptier with what is cleaned of them', async () => {
    const before = await hosts.space('pica02');
    const image = before.docker.answers ? before.docker.images[0] : undefined;
    expect(await hosts.clean('pica02', { kind: 'image', id: image?.id ?? '' })).toMatchObject({ outcome: 'removed' });
    const after = await hosts.space('pica02.picasoft.net');
    expect(after.docker).toMatchObject({ images: [] });
    const usedBytes = ({ fileSystems }: typeof before) => fileSystems.find(({ mount }) => mount === '/')?.usedBytes ?? 0;
    expect(usedBytes(before) - usedBytes(after)).toBe(image?.bytes);
  });
});
