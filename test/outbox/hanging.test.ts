import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PostBody } from '#ports/chat.ts';
import type { Store } from '#ports/store.ts';
import { createRefusals } from '#outbox/refusals.ts';
import { startSender, type Sender } from '#outbox/sender.ts';
import { createWitness } from '#outbox/witness.ts';
import { MemoryPublisher } from '#test/acceptance/alerts/memory-publisher.ts';
import { until } from '#test/acceptance/scene.ts';
import { clock, freshStore, say } from '#test/store/fixtures.ts';

/** Takes posts, but answers in one channel only when it is let. */
class HangingPublisher extends MemoryPublisher {
  readonly answer = Promise.withResolvers<void>();

  override async create(channel: string, root: string | null, key: string, body: PostBody) {
    if (channel === 'slow') await this.answer.promise;
    return await super.create(channel, root, key, body);
  }
}

describe('a channel in which a post hangs', () => {
  let store: Store;
  let remove: () => Promise<void>;
  let publisher: HangingPublisher;
  let sender: Sender;

  beforeEach(async () => {
    ({ store, remove } = await freshStore());
    publisher = new HangingPublisher(clock);
    sender = startSender({
      refusals: createRefusals(store, [], clock),
      outbox: store.outbox,
      witness: createWitness(store.outbox, publisher),
      tampered: async () => undefined,
      charts: null,
      renderer: {
        plainer: (_message, body) => body,
        render: (message) => ({ message: message.template, attachments: [], file: null, picture: null }),
        drawing: () => null,
        fit: (text) => text,
        words: () => '',
      },
      clock,
      languageOf: () => 'en',
      operationsChannel: 'ops',
      posted: () => undefined,
      log: { warn: () => undefined, error: () => undefined },
    });
  });
  afterEach(async () => {
    publisher.answer.resolve();
    await sender.stop();
    await remove();
  });

  const told = async (key: string, channel: string, underKey: string | null = null): Promise<void> => {
    await store.operations.commit({ say: [say({ kind: 'create', key, to: { channel, root: null, underKey } })] });
    sender.wake();
  };
  const said = (): readonly string[] => publisher.posts.map(({ key }) => key);

  it('holds up no other, and keeps its own order', async () => {
    await told('s1', 'slow');
    await told('s2', 'slow');
    await told('a1', 'quick');
    await until(() => said().includes('a1'), 'the post beside it');
    await clock.advance(1_000);
    await told('a2', 'quick');
    await clock.advance(200);
    await until(() => said().includes('a2'), 'what came later elsewhere');
    expect(said()).toEqual(['a1', 'a2']);
    publisher.answer.resolve();
    await until(() => said().length === 4, 'what hung');
    expect(said()).toEqual(['a1', 'a2', 's1', 's2']);
  });

  it('is waited for by what leads to its post, which loses neither its place nor a try', async () => {
    await told('root', 'slow');
    await until(async () => (await store.outbox.due(clock.now(), 9)).length === 1, 'it is stored');
    await clock.advance(1_000);
    await told('reply', 'quick', 'root');
    for (let second = 0; second < 15; second += 1) await clock.advance(1_000);
    expect(await store.outbox.due(clock.now(), 9)).toMatchObject([{ key: 'root' }, { key: 'reply', attempts: 0 }]);
    publisher.answer.resolve();
    await until(() => said().length === 2, 'both');
    expect(publisher.posts).toMatchObject([{ key: 'root' }, { key: 'reply', root: publisher.posts[0]?.id }]);
  });
});
