import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { Daemon } from '#adapters/docker/daemon.ts';
import { execStream } from '#adapters/docker/exec-stream.ts';
import { type DaemonStandIn, standIn } from './daemon-stand-in.ts';

const GONE = 'Container 4890dd is not running: Exited (0) Less than a second ago';

/** A container that ends between the two requests of a command. */
const endedMeanwhile =
  (refusal: string): RequestListener =>
  ({ url }, response) => {
    if (url?.startsWith('/exec/') === true) response.writeHead(500, { 'content-type': 'application/json' }).end(refusal);
    else response.writeHead(201, { 'content-type': 'application/json' }).end('{"Id":"e1"}');
  };

describe('what Docker refuses of a stream', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function refused(refusal: string): Promise<unknown> {
    const lab: DaemonStandIn = await standIn(endedMeanwhile(refusal));
    const daemon = new Daemon({ kind: 'socket', path: lab.path }, 'pica02', 2000);
    open.push(daemon, lab);
    return execStream(daemon, '4890dd', { command: ['true'] }).catch((error: unknown) => error);
  }

  it('is told in its own words', async () => {
    expect(await refused(JSON.stringify({ message: GONE }))).toMatchObject({
      code: 'swarm_refused',
      params: { host: 'pica02', reason: GONE },
    });
  });

  it('is told by its number where there are no words', async () => {
    expect(await refused('')).toMatchObject({ params: { reason: 'HTTP 500' } });
  });
});
