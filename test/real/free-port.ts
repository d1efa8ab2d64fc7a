import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below those that the kernel gives to whoever connects somewhere, or listens on any, and below those of processes.sh: one of these is nobody else's
 * between the look and its use.
 * Source: ip(7), `ip_local_port_range`, 32768 to 60999.
 */
const [FIRST, LAST] = [15_000, 22_000];
const TRIES = 100;
const given = new Set<number>();

/** A port of loopback that nobody listens on, and that this process wasn't given before. @throws Error when none is found */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = randomInt(FIRST, LAST);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`of ${TRIES} ports between ${FIRST} and ${LAST} none is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
