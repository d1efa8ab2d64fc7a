import { z } from 'zod';
import { inOneForm } from '#domain/names/address.ts';
import { complaintOf } from '#ports/commands.ts';
import type { CommandResult } from '#ports/remote.ts';
import type { Forward, Forwards, Landing } from '#ports/network.ts';
import { parseIptables } from './iptables.ts';
import { read, refused, run, type NetworkMachine } from './machine.ts';
import { parseNft } from './nft.ts';

const NFT = ['nft', '-j', 'list', 'ruleset'];
const IPTABLES = ['iptables-save', '-t', 'nat'];
const NONE: Forwards = { list: [], unread: 0 };

/** What a hypervisor leads on, by nftables and by iptables. @throws network_refused where neither is there */
export async function forwardsOf(machine: NetworkMachine, signal?: AbortSignal): Promise<Forwards> {
  const [nft, iptables] = await Promise.all([run(machine, NFT, machine.sudo, signal), run(machine, IPTABLES, machine.sudo, signal)]);
  if (isAbsent(nft) && isAbsent(iptables)) throw refused(machine, NFT, complaintOf(nft));
  const one = isAbsent(nft) ? NONE : parseNft(read(machine, NFT, nft, z.unknown()));
  if (one === null) throw refused(machine, NFT, 'an answer of another form');
  if (!isAbsent(iptables) && iptables.code !== 0) throw refused(machine, IPTABLES, complaintOf(iptables));
  const other = isAbsent(iptables) ? NONE : parseIptables(iptables.stdout);
  const list = [...one.list, ...other.list].map((each) => ({ ...each, to: inOneForm(each.to) }));
  return { list, unread: one.unread + other.unread };
}

/** The program isn't installed: `env` and `sudo` each say so in their way. */
function isAbsent({ code, stderr }: CommandResult): boolean {
  return code === 127 || /sudo: \S+: command not found/u.test(stderr);
}

/** Where nobody is, nobody answers either: so long is waited. */
const SILENT_MS = 2_000;

/** Tried from the hypervisor itself, as what is led on comes from there. */
export async function landingOf({ remote }: NetworkMachine, forward: Forward, signal?: AbortSignal): Promise<Landing> {
  const port = forward.toPort ?? forward.port;
  if (forward.protocol !== 'tcp' || port === null || !/^\d+$/u.test(port)) return 'untried';
  const patience = AbortSignal.timeout(SILENT_MS);
  try {
    const socket = await remote.openPort(forward.to, Number(port), signal === undefined ? patience : AbortSignal.any([signal, patience]));
    socket.destroy();
    return 'answers';
  } catch (error) {
    signal?.throwIfAborted();
    if (patience.aborted) return 'silent';
    const words = error instanceof Error ? error.message : '';
    if (/refused/iu.test(words)) return 'refused';
    if (/prohibited|denied/iu.test(words)) return 'untried';
    if (/no route|unreachable|timed out|open failure|connect failed/iu.test(words)) return 'silent';
    throw error;
  }
}
