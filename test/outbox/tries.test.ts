import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { PostBody } from '#ports/chat.ts';
import type { Store } from '#ports/store.ts';
import { createRefusals } from '#outbox/refusals.ts';
import { startSender, type Sender } from '#outbox/sender.ts';
import { createWitness } from '#outbox/witness.ts';
import { MemoryPublisher } from '#test/acceptance/alerts/memory-publisher.ts';
import { until } from '#test/acceptance/scene.ts';
import { clock, freshStore, say } from '#test/store/fixtures.ts';

/** Takes a post and says nothing, as long as nobody lets it answer. */
class MutePublisher extends MemoryPublisher {
  readonly looked: string[] = [];
  answer: 'at once' | 'never' | 'lost' = 'at once';

  override async create(channel: string, root: string | null, key: string, body: PostBody) {
    const written = await super.create(channel, root, key, body);
    if (this.answer === 'never') await new Promise(() => undefined);
    if (this.answer === 'lost') throw new VigieError('chat_unreachable', { host: 'memory', reason: 'socket hang up' });
    return written;
  }

  override async find(channel: string, key: string) {
    this.looked.push(key);
    return await super.find(channel, key);
  }
}

describe('a post that may have been said', () => {
  let store: Store;
  let remove: () => Promise<void>;
  let publisher: MutePublisher;
  let writes: string[];
  const senders: Sender[] = [];

  const start = (): Sender => {
    const sender = startSender({
      refusals: createRefusals(store, [], clock),
      outbox: {
        ...store.outbox,
        postpone: (...given) => (writes.push('postpone'), store.outbox.postpone(...given)),
        sent: (...given) => (writes.push('sent'), store.outbox.sent(...given)),
      },
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
    senders.push(sender);
    return sender;
  };
  const told = (key: string): Promise<void> => store.operations.commit({ say: [say({ kind: 'create', key })] });
  const known = async (key: string): Promise<boolean> => (await store.outbox.postId(key)) !== null;

  beforeEach(async () => {
    ({ store, remove } = await freshStore());
    publisher = new MutePublisher(clock);
    writes = [];
  });
  afterEach(async () => {
    for (const sender of senders.splice(0)) await Promise.race([sender.stop(), new Promise((resolve) => setTimeout(resolve, 50))]);
    await remove();
  });

  it('costs no write before it is said, and is not looked for, when it is new', async () => {
    const sender = start();
    await told('new');
    sender.wake();
    await until(() => known('new'), 'the post');
    expect(writes).toEqual(['sent']);
    expect(publisher.looked).toEqual([]);
  });

  it('is looked for by the vigie that starts after one that ended in the middle, and not said twice', async () => {
    publisher.answer = 'never';
    const first = start();
    await told('cut');
    first.wake();
    await until(() => publisher.posts.length === 1, 'the first try');
    publisher.answer = 'at once';
    start();
    await until(() => known('cut'), 'the post');
    expect(publisher.looked).toEqual(['cut']);
    expect(publisher.posts).toHaveLength(1);
  });

  it('is looked for when its answer was lost, and not said twice', async () => {
    publisher.answer = 'lost';
    const sender = start();
    await told('lost');
    sender.wake();
    await until(() => writes.includes('postpone'), 'the failed try');
    publisher.answer = 'at once';
    await clock.advance(1_000);
    sender.wake();
    await until(() => known('lost'), 'the post');
    expect(publisher.looked).toEqual(['lost']);
    expect(publisher.posts).toHaveLength(1);
  });

  it('is said where it waited and never was', async () => {
    await told('waited');
    start();
    await until(() => known('waited'), 'the post');
    expect(publisher.looked).toEqual(['waited']);
    expect(publisher.posts).toHaveLength(1);
  });
});
