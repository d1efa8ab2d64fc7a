import type { Clock } from '#kernel/clock.ts';
import { problemOf } from '#kernel/errors.ts';
import { startLoop, type Loop } from '#kernel/loop.ts';
import type { Heartbeat } from '#ports/heartbeat.ts';
import type { Log } from '#ports/log.ts';
import { durationMs } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';

export interface HeartbeatParts {
  readonly heartbeat: Heartbeat;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** False when neither chat nor pager takes anything: a vigie that nobody hears is as good as dead. */
  readonly healthy: () => boolean | Promise<boolean>;
}

/** Beats as long as vigie is healthy. What stops it, and what starts it again, is logged once. */
export function startBeating({ heartbeat, everyMs, clock, log, healthy }: HeartbeatParts): Loop {
  let last = 'heard';
  const tell = (now: string, problem: object): void => {
    if (now === last) return;
    last = now;
    if (now === 'heard') log.info({}, 'the heartbeat is heard again');
    else log.warn(problem, now);
  };
  return startLoop(clock, async (stopping) => {
    try {
      if (await healthy()) {
        await heartbeat.beat(stopping);
        tell('heard', {});
      } else tell('the heartbeat is withheld: nobody hears vigie', {});
    } catch (error) {
      if (!stopping.aborted) tell('the heartbeat failed', { problem: problemOf(error) });
    }
    return everyMs;
  });
}

/** Starts the heartbeat of the configuration; null where it has none. */
export async function startHeartbeat(
  config: Config['heartbeat'],
  parts: Pick<HeartbeatParts, 'clock' | 'log' | 'healthy'>,
): Promise<Loop | null> {
  if (config === undefined) return null;
  const { createHeartbeat } = await import('#adapters/heartbeat/http-heartbeat.ts');
  const heartbeat = createHeartbeat({ url: config.url, timeoutMs: durationMs(config.timeout) });
  return startBeating({ ...parts, heartbeat, everyMs: durationMs(config.every) });
}
