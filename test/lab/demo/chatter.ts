import type { MemorySwarm } from '#test/lab/swarm/memory-swarm.ts';

const MINUTE_MS = 60_000;
const PAST_MS = 30 * MINUTE_MS;

/** What services of the demo say, a line a minute each, in turn. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  etherpad: [
    '[INFO] access - [CREATE] Pad "ag-2026": Client a.9fT2 with IP "ANONYMOUS" created the pad',
    '[INFO] access - [ENTER] Pad "ag-2026": Client a.9fT2 with IP "ANONYMOUS" entered the pad',
    '[WARN] message - Dropped message, unknown COLLABROOM data type undefined',
    '[INFO] access - [LEAVE] Pad "ag-2026": Author "a.9fT2" on client with IP "ANONYMOUS" left the pad',
  ],
  mattermost: [
    '{"level":"info","msg":"Notification sent","ackId":"h6q1","type":"message","status":"Sent"}',
    '{"level":"info","msg":"post.create_webhook_post.creating.app_error","status":"200"}',
    '{"level":"warn","msg":"Unable to get the thumbnail image","error":"GetImage: image: unknown format"}',
  ],
  postgres: ['LOG:  checkpoint starting: time', 'LOG:  checkpoint complete: wrote 41 buffers (0.3%)'],
  traefik: ['{"level":"info","msg":"Skipping same configuration","providerName":"docker"}'],
};

/** The last half hour, then on by themselves. @returns what ends it */
export function startChatter(swarm: MemorySwarm, clock: { now(): number }): () => void {
  let last = clock.now() - PAST_MS;
  const go = (): void => {
    for (; last <= clock.now(); last += MINUTE_MS)
      for (const [service, lines] of Object.entries(SAID)) {
        const text = lines[Math.floor(last / MINUTE_MS) % lines.length];
        if (text !== undefined) swarm.say(service, 'stdout', text, last);
      }
  };
  go();
  const timer = setInterval(go, 200);
  timer.unref();
  return () => clearInterval(timer);
}
