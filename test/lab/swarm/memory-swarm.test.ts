import { describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { CRASHING } from './image.ts';
import { MemorySwarm } from './memory-swarm.ts';

const PAD = 'registry.lab/pad';

function lab(): { clock: ManualClock; swarm: MemorySwarm } {
  const clock = new ManualClock();
  const swarm = new MemorySwarm(clock);
  swarm.registry.push(`${PAD}:1`);
  swarm.registry.push(`${PAD}:2`);
  swarm.createService({ name: 'pad', image: `${PAD}:1`, replicas: 2 });
  return { clock, swarm };
}

describe('the Swarm in memory', () => {
  it('has its services running from the start', async () => {
    const { swarm } = lab();
    expect(await swarm.service('pad')).toMatchObject({ running: 2, image: { repository: PAD, tag: '1' } });
  });

  it('fails the next call only, as asked', async () => {
    const { swarm } = lab();
    const error = new VigieError('swarm_unreachable', { host: 'lab', reason: 'reset' });
    swarm.failNext('update', error);
    const { version } = await swarm.service('pad');
    await expect(swarm.update('pad', version, { replicas: 3 })).rejects.toBe(error);
    expect((await swarm.service('pad')).replicas).toBe(2);
    await swarm.update('pad', version, { replicas: 3 });
    expect((await swarm.service('pad')).replicas).toBe(3);
  });

  it('can lose the answer of an update that has worked', async () => {
    const { swarm } = lab();
    swarm.failNext('update', new Error('reset'), { afterEffect: true });
    await expect(swarm.update('pad', (await swarm.service('pad')).version, { replicas: 3 })).rejects.toThrow('reset');
    expect((await swarm.service('pad')).replicas).toBe(3);
  });

  it('answers a stalled call when its signal aborts', async () => {
    const { swarm } = lab();
    swarm.stallNext('services');
    const abort = new AbortController();
    const stalled = swarm.services(abort.signal);
    abort.abort(new Error('too late'));
    await expect(stalled).rejects.toThrow('too late');
  });

  it('is unreachable until it is reachable again', async () => {
    const { swarm } = lab();
    swarm.beUnreachable('no route to host');
    await expect(swarm.nodes()).rejects.toMatchObject({
      code: 'swarm_unreachable',
      params: { reason: 'no route to host' },
    });
    swarm.beUnreachable(null);
    expect(await swarm.nodes()).toHaveLength(2);
  });

  it('starts the tasks of a dead node elsewhere', async () => {
    const { clock, swarm } = lab();
    swarm.setNode('pica02', { state: 'down' });
    await clock.advance(5000);
    const running = (await swarm.tasks('pad')).filter(({ desired }) => desired === 'running');
    expect(running.map(({ state, node }) => ({ state, node }))).toEqual([
      { state: 'running', node: 'pica01' },
      { state: 'running', node: 'pica01' },
    ]);
  });

  it('starts a task anew that has ended, and keeps its error', async () => {
    const { clock, swarm } = lab();
    swarm.registry.push(`${PAD}:3`, CRASHING);
    swarm.createService({ name: 'worse', image: `${PAD}:3` }, false);
    await clock.advance(15_000);
    const errors = (await swarm.tasks('worse')).map(({ error }) => error).filter((error) => error !== null);
    expect(errors.length).toBeGreaterThan(1);
    expect(new Set(errors)).toEqual(new Set(['task: non-zero exit (1)']));
  });

  it('gives up a rollout when another update comes', async () => {
    const { clock, swarm } = lab();
    const change = async (tag: string): Promise<void> =>
      swarm.update('pad', (await swarm.service('pad')).version, { image: `${PAD}:${tag}` });
    await change('2');
    await clock.advance(500);
    await change('1');
    await clock.advance(60_000);
    expect(await swarm.service('pad')).toMatchObject({
      running: 2,
      image: { tag: '1' },
      update: { state: 'completed' },
    });
  });

  it('leaves nothing asleep once it is closed', async () => {
    const { clock, swarm } = lab();
    await swarm.update('pad', (await swarm.service('pad')).version, { image: `${PAD}:2` });
    await clock.advance(500);
    await swarm.close();
    await clock.advance(0);
    expect(clock.sleeping).toBe(0);
  });
});
