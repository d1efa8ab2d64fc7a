import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import type { Pool, Quota } from '#ports/volumes.ts';
import { ask, versionOf } from './ask.ts';
import { count, element } from './forms.ts';
import { refused, type GlusterMachine } from './machine.ts';

const peers = z.object({
  cliOutput: z.object({
    peerStatus: element({
      peer: z.array(z.object({ hostname: z.string(), connected: z.string(), stateStr: z.string().default('') })).default([]),
    }),
  }),
});

const options = z.object({
  cliOutput: z.object({ volGetopts: element({ Opt: z.array(z.object({ Option: z.string(), Value: z.string() })) }) }),
});

/** The machines, as one of them sees them; each of the others is asked for its version alone. @throws gluster_refused */
export async function poolOf(seenBy: GlusterMachine, machines: readonly GlusterMachine[], signal?: AbortSignal): Promise<Pool> {
  const [others, spoken, versions] = await Promise.all([
    ask(seenBy, ['peer', 'status'], peers, signal),
    ask(seenBy, ['volume', 'get', 'all', 'all'], options, signal),
    Promise.all(machines.map(async (machine) => [machine.name, await versionOrNull(machine, signal)] as const)),
  ]);
  const option = (name: string): number => {
    const found = spoken.cliOutput.volGetopts.Opt.find(({ Option }) => Option === name)?.Value ?? '';
    if (!/^\d+$/u.test(found)) throw refused(seenBy, ['gluster', 'volume', 'get'], `it does not tell ${name}`);
    return Number(found);
  };
  return {
    seenBy: seenBy.name,
    peers: others.cliOutput.peerStatus.peer.map(({ hostname, connected, stateStr }) => ({
      host: hostname,
      connected: connected === '1',
      state: stateStr,
    })),
    versions: Object.fromEntries(versions),
    opVersion: option('cluster.op-version'),
    mostOpVersion: option('cluster.max-op-version'),
  };
}

/** Null where a machine doesn't answer: what it has is unknown. */
async function versionOrNull(machine: GlusterMachine, signal?: AbortSignal): Promise<string | null> {
  try {
    return await versionOf(machine, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof VigieError) return null;
    throw error;
  }
}

const limits = z.object({
  cliOutput: z.object({
    volQuota: element({ limit: z.array(z.object({ path: z.string(), hard_limit: count, used_space: count })).default([]) }),
  }),
});

/** @returns null where the volume has no quota @throws gluster_refused */
export async function quotaOf(machine: GlusterMachine, volume: string, signal?: AbortSignal): Promise<readonly Quota[] | null> {
  try {
    const { limit } = (await ask(machine, ['volume', 'quota', volume, 'list'], limits, signal)).cliOutput.volQuota;
    return limit.map(({ path, hard_limit: limitBytes, used_space: usedBytes }) => ({ path, limitBytes, usedBytes }));
  } catch (error) {
    if (error instanceof VigieError && /quota is (?:disabled|not enabled)/iu.test(String(error.params['reason']))) return null;
    throw error;
  }
}
