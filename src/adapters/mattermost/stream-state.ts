import type { Clock } from '#kernel/clock.ts';
import { VigieError, type Problem } from '#kernel/errors.ts';
import type { StreamTrouble } from '#ports/chat.ts';
import type { Log } from '#ports/log.ts';

/** What is known of the stream. It changes by what happened to it, and tells the log of each change once. */
export interface StreamState {
  readonly open: boolean;
  /** Open, and proven. */
  readonly connected: boolean;
  readonly trouble: StreamTrouble | null;
  /** @returns whether it was never open before */
  opened(): 'first' | 'again';
  closed(): void;
  proven(): void;
  failed(problem: Problem): void;
}

interface StateOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly trouble: Problem | null;
}

/** What somebody who reads the log is to do. */
const TOKEN_DEAD =
  "Mattermost does not accept vigie's token: enable the bot again; or make it a new token, put it where mattermost.token points, and restart vigie";

export function createStreamState({ url, clock, log, trouble: before }: StateOptions): StreamState {
  const host = new URL(url).host;
  const away = new VigieError('chat_unreachable', { host, reason: 'the websocket is not connected' }).problem();
  let wasOpen = false;
  let open = false;
  let proven = false;
  let trouble: StreamTrouble | null = before === null ? null : { problem: before, since: clock.now() };
  const failed = (problem: Problem): void => {
    proven = false;
    if (trouble?.problem.code === problem.code) return;
    trouble = { problem, since: clock.now() };
    if (problem.code === 'chat_token_invalid') log.error({ problem }, TOKEN_DEAD);
    else log.warn({ problem }, 'the connection to Mattermost is lost');
  };
  if (before?.code === 'chat_token_invalid') log.error({ problem: before }, TOKEN_DEAD);
  return {
    get open() {
      return open;
    },
    get connected() {
      return open && proven;
    },
    get trouble() {
      return trouble;
    },
    opened() {
      const which = wasOpen ? 'again' : 'first';
      [wasOpen, open, proven] = [true, true, false];
      return which;
    },
    closed() {
      [open, proven] = [false, false];
      // A server that is away says nothing about a dead token: that stays known until a round trip goes well.
      if (trouble === null) failed(away);
    },
    proven() {
      if (trouble !== null) log.info({}, 'the connection to Mattermost stands, and is proven');
      [proven, trouble] = [true, null];
    },
    failed,
  };
}
