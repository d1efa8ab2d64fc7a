import { access } from 'node:fs/promises';
import { labCommand } from './swarm.ts';

/** Starts the lab before the first test on real servers, and takes it down after the last. */
export async function setup(): Promise<void> {
  await access('/usr/sbin/dockerd').catch((cause: unknown) => {
    throw new Error('these tests need Debian with what test/real/install.sh installs, and root', { cause });
  });
  await labCommand('up', String(process.pid));
}

/** Takes the lab down, unless another run needs it, or `KEEP_LAB` says that the next one should find it. */
export async function teardown(): Promise<void> {
  if (process.env['KEEP_LAB'] === undefined) await labCommand('leave', String(process.pid));
}
