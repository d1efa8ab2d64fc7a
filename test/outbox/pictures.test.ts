import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { Loop } from '#kernel/loop.ts';
import { toJsonObject } from '#kernel/json.ts';
import type { Charts } from '#ports/charts.ts';
import type { PostBody } from '#ports/chat.ts';
import type { Store } from '#ports/store.ts';
import { createRefusals } from '#outbox/refusals.ts';
import { startSender } from '#outbox/sender.ts';
import { createWitness } from '#outbox/witness.ts';
import { MemoryPublisher } from '#test/acceptance/alerts/memory-publisher.ts';
import { until } from '#test/acceptance/scene.ts';
import { chart, drawing } from '#test/messages/chart/charts.ts';
import { clock, freshStore, say } from '#test/store/fixtures.ts';

const BYTES = new Uint8Array([1, 2, 3]);
const CHART = toJsonObject(chart());

/** Remembers which posts came with a picture. */
class PicturePublisher extends MemoryPublisher {
  readonly pictures = new Map<string, PostBody['picture']>();

  override async create(channel: string, root: string | null, key: string, body: PostBody) {
    const written = await super.create(channel, root, key, body);
    this.pictures.set(key, body.picture);
    return written;
  }
}

describe('pictures of posts', () => {
  let store: Store;
  let remove: () => Promise<void>;
  let publisher: PicturePublisher;
  let sender: Loop;
  let drawn: PromiseWithResolvers<Uint8Array>[];
  let logged: string[];

  const charts: Charts = {
    draw() {
      const one = Promise.withResolvers<Uint8Array>();
      drawn.push(one);
      return one.promise;
    },
    close: async () => undefined,
  };
  const start = (by: Charts | null): void => {
    sender = startSender({
      refusals: createRefusals(store, [], clock),
      outbox: store.outbox,
      witness: createWitness(store.outbox, publisher),
      tampered: async () => undefined,
      charts: by,
      renderer: {
        plainer: (_message, body) => body,
        render: (message) => ({ message: message.template, attachments: [], file: null, picture: null }),
        drawing: ({ data }) => {
          if (data['chart'] === 'broken') throw new TypeError('no chart');
          return data['chart'] === undefined ? null : drawing([chart()]);
        },
        fit: (text) => text,
        words: () => '',
      },
      clock,
      languageOf: () => 'en',
      operationsChannel: 'ops',
      posted: () => undefined,
      log: { warn: (_data, text) => logged.push(text), error: (_data, text) => logged.push(text) },
    });
  };
  const told = async (key: string, data = {}): Promise<void> => {
    await store.operations.commit({
      say: [say({ kind: 'create', key, message: { template: `answer:${key}`, data: toJsonObject(data) } })],
    });
    sender.wake();
  };
  const posted = (key: string): Promise<boolean> => until(() => publisher.pictures.has(key), `the post ${key}`);

  beforeEach(async () => {
    ({ store, remove } = await freshStore());
    publisher = new PicturePublisher(clock);
    [drawn, logged] = [[], []];
  });
  afterEach(async () => {
    await sender.stop();
    await remove();
  });

  it('go with the new post, named after what it shows', async () => {
    start(charts);
    await told('metrics', { chart: CHART });
    await until(() => drawn.length === 1, 'the drawing');
    expect(publisher.pictures.has('metrics')).toBe(false);
    drawn[0]?.resolve(BYTES);
    await posted('metrics');
    expect(publisher.pictures.get('metrics')).toEqual({ name: 'CPU.png', bytes: BYTES });
  });

  it('keep nobody else waiting', async () => {
    start(charts);
    await told('metrics', { chart: CHART });
    await until(() => drawn.length === 1, 'the drawing');
    await told('services');
    await posted('services');
    expect([...publisher.pictures.keys()]).toEqual(['services']);
    drawn[0]?.resolve(BYTES);
    await posted('metrics');
  });

  it('that can’t be drawn cost no post', async () => {
    start(charts);
    await told('metrics', { chart: CHART });
    await until(() => drawn.length === 1, 'the drawing');
    drawn[0]?.reject(new VigieError('chart_not_drawn', { reason: 'not in time: 10000 ms' }));
    await posted('metrics');
    expect(publisher.pictures.get('metrics')).toBeNull();
    expect(logged).toEqual(['a chart could not be drawn: the post goes without it']);
  });

  it('of what is no chart cost no post', async () => {
    start(charts);
    await told('metrics', { chart: 'broken' });
    await posted('metrics');
    expect([publisher.pictures.get('metrics'), logged.length]).toEqual([null, 1]);
  });

  it('aren’t drawn where there is nothing to draw with', async () => {
    start(null);
    await told('metrics', { chart: CHART });
    await posted('metrics');
    expect(publisher.pictures.get('metrics')).toBeNull();
  });

  it('are drawn again for a post that could not be sent', async () => {
    start(charts);
    publisher.away = true;
    await told('metrics', { chart: CHART });
    await until(() => drawn.length === 1, 'the drawing');
    drawn[0]?.resolve(BYTES);
    await until(() => logged.includes('something could not be said'), 'the try');
    publisher.away = false;
    await clock.advance(10_000);
    await until(() => drawn.length === 2, 'the second drawing');
    drawn[1]?.resolve(BYTES);
    await posted('metrics');
    expect(publisher.pictures.get('metrics')?.bytes).toEqual(BYTES);
  });

  it('aren’t drawn for an edit: what hangs on a post stays', async () => {
    start(charts);
    await store.operations.commit({ say: [say({ message: { template: 'alert', data: { chart: CHART } } })] });
    sender.wake();
    await until(() => drawn.length === 1, 'the drawing');
    drawn[0]?.resolve(BYTES);
    await posted('op:p7k:1');
    await store.operations.commit({ say: [say({ message: { template: 'alert', data: { chart: CHART, state: 'resolved' } } })] });
    await clock.advance(2_000);
    sender.wake();
    await until(() => publisher.posts[0]?.edits.length === 1, 'the edit');
    expect(drawn).toHaveLength(1);
  });
});
