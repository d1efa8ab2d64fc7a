import { WebSocketClient } from '@mattermost/client';
import { expect, it, vi } from 'vitest';
import { openListener } from '#test/lab/mattermost/listener.ts';
import type { Listener } from '#test/lab/mattermost/listener.ts';
import type { Scene } from './mattermost-scene.ts';

/** Coming back after the network was away: nothing is lost, or the loss is known. */
export function resumeCases(here: () => Scene): void {
  /** Where a connection stood. */
  const place = (ears: Listener): { connectionId: string; sequence: number } => ({
    connectionId: String(ears.events.findLast((one) => one.event === 'hello')?.data['connection_id']),
    sequence: Math.max(...ears.events.map((one) => one.seq)) + 1,
  });

  /** A connection of the bot's that has heard a post, then was cut. */
  async function cutAfterOnePost(): Promise<{ connectionId: string; sequence: number }> {
    const { alice, bot, ops } = here();
    const ears = await bot.listen();
    const post = await alice.say(ops.id, 'before the cut');
    await ears.waitFor((one) => one.post?.id === post.id);
    ears.cut();
    await ears.closed;
    return place(ears);
  }

  const back = (resume: { connectionId: string; sequence: number }): Promise<Listener> =>
    openListener(here().server.url, { token: here().bot.token, resume });

  /** The connection's first event, which tells whether it was resumed. */
  const first = async (ears: Listener): Promise<{ event: string; seq: number }> => {
    const { event, seq } = await ears.waitFor((one) => one.seq >= 0);
    return { event, seq };
  };

  it('hears what it missed, in order, without a new hello', async () => {
    const { alice, ops } = here();
    const seen = await cutAfterOnePost();
    await alice.say(ops.id, 'missed 1');
    await alice.say(ops.id, 'missed 2');
    const ears = await back(seen);
    await ears.waitForPost('missed 2');
    expect(ears.names()).not.toContain('hello');
    expect(ears.events[0]?.seq).toBe(seen.sequence);
    expect(ears.events.filter((one) => one.event === 'posted').map((one) => one.post?.message)).toEqual(['missed 1', 'missed 2']);
    ears.close();
  });

  it('hears again what it asks for again', async () => {
    const { alice, ops } = here();
    const seen = await cutAfterOnePost();
    await alice.say(ops.id, 'missed');
    const ears = await back({ ...seen, sequence: seen.sequence - 1 });
    await ears.waitForPost('missed');
    expect(ears.events.find((one) => one.event === 'posted')?.post?.message).toBe('before the cut');
    expect(ears.names()).not.toContain('hello');
    ears.close();
  });

  it('hears 200 missed posts', { timeout: 30_000 }, async () => {
    const { alice, ops } = here();
    const seen = await cutAfterOnePost();
    for (let sent = 0; sent < 200; sent += 50)
      await Promise.all(Array.from({ length: 50 }, (_, index) => alice.say(ops.id, `burst ${sent + index}`)));
    const ears = await back(seen);
    await ears.waitFor(() => ears.events.filter((one) => one.post?.message.startsWith('burst')).length === 200);
    expect(ears.names()).not.toContain('hello');
    ears.close();
  });

  it('starts over, with another id, when more than 256 events were missed', { timeout: 30_000 }, async () => {
    const { alice, ops } = here();
    const seen = await cutAfterOnePost();
    for (let sent = 0; sent < 300; sent += 50)
      await Promise.all(Array.from({ length: 50 }, (_, index) => alice.say(ops.id, `lost ${sent + index}`)));
    const ears = await back(seen);
    expect(await first(ears)).toEqual({ event: 'hello', seq: 0 });
    expect(place(ears).connectionId).not.toBe(seen.connectionId);
    await alice.say(ops.id, 'heard again');
    await ears.waitForPost('heard again');
    expect(ears.events.some((one) => one.post?.message.startsWith('lost'))).toBe(false);
    ears.close();
  });

  it('starts over for a number that was never given', async () => {
    const seen = await cutAfterOnePost();
    const ears = await back({ ...seen, sequence: 9_999 });
    expect(await first(ears)).toEqual({ event: 'hello', seq: 0 });
    expect(place(ears).connectionId).not.toBe(seen.connectionId);
    ears.close();
  });

  it('starts over for an unknown connection', async () => {
    const ears = await back({ connectionId: 'aaaaaaaaaaaaaaaaaaaaaaaaaa', sequence: 3 });
    expect(await first(ears)).toEqual({ event: 'hello', seq: 0 });
    ears.close();
  });

  it('starts over for another person’s connection', async () => {
    const { alice, server } = here();
    const seen = await cutAfterOnePost();
    const ears = await openListener(server.url, { token: alice.token, resume: seen });
    expect(await first(ears)).toEqual({ event: 'hello', seq: 0 });
    expect(place(ears).connectionId).not.toBe(seen.connectionId);
    ears.close();
  });

  it('starts over for a connection that is still open elsewhere', async () => {
    const { bot } = here();
    const open = await bot.listen();
    const twin = await back(place(open));
    expect(await first(twin)).toEqual({ event: 'hello', seq: 0 });
    open.close();
    twin.close();
  });

  it('never resumes after a challenge', async () => {
    const { alice, bot, ops, server } = here();
    const seen = await cutAfterOnePost();
    await alice.say(ops.id, 'lost to a challenge');
    const ears = await openListener(server.url, { token: bot.token, by: 'challenge', resume: seen });
    expect(await first(ears)).toEqual({ event: 'hello', seq: 0 });
    await alice.say(ops.id, 'after the challenge');
    await ears.waitForPost('after the challenge');
    expect(ears.events.some((one) => one.post?.message === 'lost to a challenge')).toBe(false);
    ears.close();
  });

  it('lets the official client come back without loss, given the header', { timeout: 20_000 }, async () => {
    const { alice, bot, ops, server } = here();
    vi.spyOn(console, 'log').mockImplementation(() => {}); // the client tells its every step
    const heard: string[] = [];
    let missed = 0;
    const sockets: WebSocket[] = [];
    const client = new WebSocketClient({
      minWebSocketRetryTime: 50,
      // Node's own WebSocket: it takes headers, which a browser's doesn't.
      newWebSocketFn: (url: string) => {
        const socket = new WebSocket(url, { headers: { Authorization: `Bearer ${bot.token}` } });
        sockets.push(socket);
        return socket;
      },
    });
    const { promise: all, resolve } = Promise.withResolvers<void>();
    const { promise: ready, resolve: connected } = Promise.withResolvers<void>();
    client.addFirstConnectListener(() => connected());
    client.addMissedMessageListener(() => (missed += 1));
    client.addMessageListener((message) => {
      if (message.event !== 'posted') return;
      heard.push(JSON.parse(message.data.post).message);
      if (heard.at(-1) === 'C2') resolve();
    });
    client.initialize(`${server.url.replace(/^http/, 'ws')}/api/v4/websocket`);
    await ready;
    await alice.say(ops.id, 'C1');
    sockets[0]?.close();
    await alice.say(ops.id, 'C2');
    await all;
    expect([heard, missed]).toEqual([['C1', 'C2'], 0]);
    client.close();
    vi.restoreAllMocks();
  });
}
