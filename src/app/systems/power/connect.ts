import type { Duplex } from 'node:stream';
import type { MachineFacts, Power } from '#ports/power.ts';
import type { Remote } from '#ports/remote.ts';
import type { AmtConsole } from '#adapters/power/amt/console.ts';
import type { Account, RefusalMemory } from '#adapters/power/refusals.ts';
import type { AmtMachine } from '#adapters/power/amt/create-power.ts';
import { durationMs } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';
import { connectConfiguredRemote } from '../remote.ts';
import type { Needs } from '../system.ts';

export interface ConnectedPower extends Power {
  close(): Promise<void>;
}

type MachineConfig = Config['machines'][string];

/** The machines of the configuration behind their bounces, each connected to when it is first asked something; null where none is configured. */
export async function connectConfiguredPower(
  config: Config,
  { clock, facts }: Pick<Needs, 'clock' | 'facts'>,
): Promise<ConnectedPower | null> {
  const entries = Object.entries(config.machines);
  if (entries.length === 0) return null;
  const [{ createAmtPower }, { AmtClient }, { rememberRefusals }, { rememberStates }, { createTurns }, { readScreen }] = await Promise.all([
    import('#adapters/power/amt/create-power.ts'),
    import('#adapters/power/amt/client.ts'),
    import('#adapters/power/refusals.ts'),
    import('#adapters/power/states.ts'),
    import('#adapters/power/turns.ts'),
    import('#adapters/rfb/read-screen.ts'),
  ]);
  const bounces = new Map<string, Remote>();
  const machines: AmtMachine[] = [];
  for (const [name, machine] of entries) {
    const { amt } = machine;
    const remote = await bounceOf(bounces, amt.ssh);
    const account = { user: amt.user, password: amt.password };
    const refusals = rememberRefusals(facts, name, account);
    const client = new AmtClient({
      machine: name,
      account,
      open: opener(remote, amt.web),
      refusals,
      turns: createTurns(),
      now: () => clock.now(),
      timeoutMs: durationMs(amt.timeout),
    });
    const states = rememberStates(facts, name, () => clock.now());
    const console = consoleOf(amt, { machine: name, client, read: readScreen, clock }, remote, (account) =>
      rememberRefusals(facts, `${name}:console`, account),
    );
    machines.push({ facts: factsOf(name, machine, config), client, refusals, states, console });
  }
  return {
    ...createAmtPower(machines),
    async close() {
      await Promise.all([...bounces.values()].map((remote) => remote.close()));
    },
  };
}

/** The console that AMT lets look at, where the configuration names it. */
function consoleOf(
  { vnc, vnc_password: password }: MachineConfig['amt'],
  known: Pick<AmtConsole, 'machine' | 'client' | 'read' | 'clock'>,
  remote: Remote,
  refusals: (account: Account) => RefusalMemory,
): AmtConsole | null {
  if (vnc === undefined || password === undefined) return null;
  return { ...known, open: opener(remote, vnc), password, refusals: refusals({ user: 'console', password }) };
}

/** Machines behind the same account share its connection. */
async function bounceOf(bounces: Map<string, Remote>, access: MachineConfig['amt']['ssh']): Promise<Remote> {
  const key = JSON.stringify(access);
  const known = bounces.get(key);
  if (known !== undefined) return known;
  const made = await connectConfiguredRemote(access);
  bounces.set(key, made);
  return made;
}

/** A way to `host:port` as the bounce reaches it. */
export function opener(remote: Remote, place: string): (signal: AbortSignal) => Promise<Duplex> {
  const colon = place.lastIndexOf(':');
  const [host, port] = [place.slice(0, colon).replaceAll(/^\[|\]$/gu, ''), Number(place.slice(colon + 1))];
  return (signal) => remote.openPort(host, port, signal);
}

function factsOf(name: string, { host: named, node, address, amt }: MachineConfig, { hosts, proxmox }: Config): MachineFacts {
  const host = named ?? (hosts[name] === undefined ? null : name);
  const [, , where = null] = host === null ? [] : (/^([^@]+)@([^:]+)/u.exec(hosts[host]?.ssh.host ?? '') ?? []);
  return {
    name,
    host,
    node: node ?? (proxmox?.hosts[name] === undefined ? null : name),
    address: address ?? where,
    controller: 'AMT',
    console: amt.vnc !== undefined,
  };
}
