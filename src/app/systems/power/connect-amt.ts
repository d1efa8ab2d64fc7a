import type { Power } from '#ports/power.ts';
import type { Remote } from '#ports/remote.ts';
import { AmtClient } from '#adapters/power/amt/client.ts';
import type { AmtConsole } from '#adapters/power/amt/console.ts';
import { createAmtPower, type AmtMachine } from '#adapters/power/amt/create-power.ts';
import { rememberRefusals, type Account, type RefusalMemory } from '#adapters/power/refusals.ts';
import { rememberStates } from '#adapters/power/states.ts';
import { createTurns } from '#adapters/power/turns.ts';
import { readScreen } from '#adapters/rfb/read-screen.ts';
import { durationMs } from '#config/parts.ts';
import { opener, type MachineConfig, type Reach } from './connect.ts';

type Amt = NonNullable<MachineConfig['amt']>;

/** Those of the machines that have Intel AMT. */
export async function connectAmt(entries: readonly (readonly [string, MachineConfig])[], reach: Reach): Promise<Power> {
  const machines: AmtMachine[] = [];
  for (const [name, machine] of entries) if (machine.amt !== undefined) machines.push(await connectOne(name, machine, machine.amt, reach));
  return createAmtPower(machines);
}

async function connectOne(name: string, machine: MachineConfig, amt: Amt, { clock, facts, bounce, factsOf }: Reach): Promise<AmtMachine> {
  const remote = await bounce(amt.ssh);
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
  const console = consoleOf(amt, { machine: name, client, read: readScreen, clock }, remote, (of) =>
    rememberRefusals(facts, `${name}:console`, of),
  );
  return {
    facts: { ...factsOf(name, machine), controller: 'AMT', console: amt.vnc !== undefined },
    client,
    refusals,
    states: rememberStates(facts, name, () => clock.now()),
    console,
  };
}

/** The console that AMT lets look at, where the configuration names it. */
function consoleOf(
  { vnc, vnc_password: password }: Amt,
  known: Pick<AmtConsole, 'machine' | 'client' | 'read' | 'clock'>,
  remote: Remote,
  refusals: (account: Account) => RefusalMemory,
): AmtConsole | null {
  if (vnc === undefined || password === undefined) return null;
  return { ...known, open: opener(remote, vnc), password, refusals: refusals({ user: 'console', password }) };
}
