import { WebSocketClient, type Client4 } from '@mattermost/client';
import type { Clock } from '#kernel/clock.ts';
import { problemOf, VigieError, type Problem } from '#kernel/errors.ts';
import { startLoop } from '#kernel/loop.ts';
import type { Log } from '#ports/log.ts';
import type { Breaker } from './breaker.ts';
import { guarded } from './guarded.ts';
import { answersPing } from './knock.ts';
import type { StreamState } from './stream-state.ts';

export interface StreamOptions {
  readonly client: Client4;
  readonly url: string;
  readonly token: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly breaker: Pick<Breaker, 'close'>;
  /** What the start has learnt already: a dead token, say. */
  readonly trouble: Problem | null;
  /** How long the websocket may take to answer its ping, in milliseconds. */
  readonly pongMs?: number;
}

/** What the stream tells of itself; what it carries goes to `message`. */
export interface StreamEvents {
  message(frame: unknown): void;
  /** Events may have been lost, or it is the first connection. */
  lost(): void;
  /** Whatever was said before this moment (ms) has been told. */
  proven(at: number): void;
}

/** As often the stream is proven by a round trip: a server whose bot was disabled keeps the socket open, and sends nothing. */
const PROVE_EVERY_MS = 30_000;
const PONG_MS = 10_000;
/** As often a server that went away is asked whether it is there again. */
const KNOCK_EVERY_MS = 1_000;
/** A host that accepts and never answers would be waited for some 180 s. Source: mattermost-recorded, section 7. */
const HANDSHAKE_MS = 10_000;
/** The client's own way back waits up to 30 s after a few failures: ours is the only one. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * One websocket that resumes: authenticated by header, since with a challenge every reconnection would lose what was
 * said meanwhile. A `hello` with another connection id means loss: everything is read again. It counts as connected once a round trip
 * proved it: its own ping answered, and an authenticated question too.
 */
export function openStream(options: StreamOptions, state: StreamState, events: StreamEvents, signal: AbortSignal): void {
  const { clock, log, url } = options;
  const address = `${url.replace(/^http/u, 'ws')}/api/v4/websocket`;
  let raw: WebSocket | null = null;
  let returning = false;
  const socket = new WebSocketClient({
    newWebSocketFn: (given) => (raw = guarded(new WebSocket(given, { headers: { Authorization: `Bearer ${options.token}` } }), log)),
    minWebSocketRetryTime: NEVER_MS,
    maxWebSocketRetryTime: NEVER_MS,
    reconnectJitterRange: 0,
    clientPingInterval: 15_000,
  });
  const dial = (): void => {
    socket.clearReconnectTimeout();
    socket.initialize(address);
    const dialled = raw;
    void clock.sleep(HANDSHAKE_MS, signal).then(() => dialled?.readyState === WebSocket.CONNECTING && dialled.close());
  };
  const comeBack = async (): Promise<void> => {
    if (returning) return;
    returning = true;
    do await clock.sleep(KNOCK_EVERY_MS, signal);
    while (!signal.aborted && !(await answersPing(url)));
    returning = false;
    options.breaker.close();
    if (!signal.aborted) dial();
  };
  const gone = (): void => {
    state.closed();
    if (!signal.aborted) void comeBack();
  };
  const proof = startLoop(clock, async () => {
    if (state.open && !signal.aborted) await prove();
    return PROVE_EVERY_MS;
  });
  const prove = async (): Promise<void> => {
    const connection = raw;
    const at = clock.now();
    const [ponged, asked] = await Promise.all([pong(socket, clock, options.pongMs ?? PONG_MS), failureOf(options.client.getMe())]);
    if (connection !== raw || !state.open || signal.aborted) return;
    if (ponged && asked === null) {
      state.proven();
      return events.proven(at);
    }
    state.failed(asked ?? silent(url));
    if (asked !== null) return;
    // The server lives, and this connection doesn't: another one is made.
    socket.close();
    gone();
  };
  const opened = (): void => {
    // What was said before the first connection is read; of the others the server tells whether they lost something.
    if (state.opened() === 'first') events.lost();
    proof.wake();
  };
  socket.addFirstConnectListener(opened);
  socket.addReconnectListener(opened);
  socket.addCloseListener(gone);
  // Without this listener the client never learns its connection id, and never resumes.
  socket.addMissedMessageListener(() => events.lost());
  socket.addMessageListener((frame: unknown) => {
    events.message(frame);
  });
  signal.addEventListener('abort', () => {
    socket.close();
    void proof.stop();
  });
  dial();
}

/** Whether the server answers the websocket's own ping in time. */
async function pong(socket: WebSocketClient, clock: Clock, withinMs: number): Promise<boolean> {
  const over = new AbortController();
  const answered = new Promise<boolean>((resolve) => socket.ping((answer: unknown) => resolve(!isRefusal(answer))));
  const inTime = await Promise.race([answered, clock.sleep(withinMs, over.signal).then(() => false)]);
  over.abort();
  return inTime;
}

function isRefusal(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'error' in answer;
}

async function failureOf(asked: Promise<unknown>): Promise<Problem | null> {
  try {
    await asked;
    return null;
  } catch (error) {
    return problemOf(error);
  }
}

function silent(url: string): Problem {
  return new VigieError('chat_unreachable', { host: new URL(url).host, reason: 'the websocket does not answer' }).problem();
}
