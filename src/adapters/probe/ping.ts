import { execFile } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { beforeAbort } from '#kernel/abort.ts';
import { VigieError } from '#kernel/errors.ts';
import { ProbeFailure, type Walk } from './walk.ts';

interface PingMeans {
  /** `ping`, or a path. */
  readonly program: string;
  readonly timeoutMs: number;
}

/** How `ping` ended: 0 with an answer, 1 without one, else it could not try. */
interface Ended {
  readonly code: number | string;
  readonly words: string;
}

/**
 * One echo request by the `ping` program: raw sockets are for root alone, and it has the right.
 * @throws ProbeFailure; probe_impossible when there is no such program
 */
export async function walkPing(way: Walk, host: string, { program, timeoutMs }: PingMeans, deadline: AbortSignal): Promise<void> {
  const address = await resolved(way, host, deadline);
  way.enter('ping');
  const seconds = String(Math.max(1, Math.ceil(timeoutMs / 1_000)));
  const { code, words } = await ended(program, ['-n', '-c', '1', '-W', seconds, address], deadline);
  if (code === 0) return;
  if (code === 'ENOENT') throw new VigieError('probe_impossible', { kind: 'ping', reason: `${program}: not installed` });
  const { target } = way;
  if (code === 1) throw new ProbeFailure({ code: 'probe_silent', params: { target, address } }, `${address} does not answer`);
  throw new ProbeFailure({ code: 'probe_broken', params: { target, hop: 'ping', reason: words } }, words);
}

async function resolved(way: Walk, host: string, deadline: AbortSignal): Promise<string> {
  if (isIP(host) !== 0) return host;
  way.enter('dns');
  return (await beforeAbort(deadline, lookup(host))).address;
}

async function ended(program: string, args: readonly string[], deadline: AbortSignal): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  execFile(program, args, { signal: deadline }, (error, _stdout, stderr) => {
    resolve({ code: error === null ? 0 : (error.code ?? 'killed'), words: stderr.trim() || (error?.message ?? '') });
  });
  const end = await promise;
  deadline.throwIfAborted();
  return end;
}
