import type { Power } from '#ports/power.ts';
import { RedfishClient } from '#adapters/power/redfish/client.ts';
import { createRedfishPower, type RedfishMachine } from '#adapters/power/redfish/create-power.ts';
import { rememberRefusals } from '#adapters/power/refusals.ts';
import { rememberStates } from '#adapters/power/states.ts';
import { createTurns } from '#adapters/power/turns.ts';
import { durationMs } from '#config/parts.ts';
import { opener, type MachineConfig, type Reach } from './connect.ts';

type Redfish = NonNullable<MachineConfig['redfish']>;

interface ConnectedRedfish {
  readonly power: Power;
  /** Ends all sessions. */
  close(): Promise<void>;
}

/** Those of the machines whose controllers speak Redfish. */
export async function connectRedfish(entries: readonly (readonly [string, MachineConfig])[], reach: Reach): Promise<ConnectedRedfish> {
  const machines: RedfishMachine[] = [];
  for (const [name, machine] of entries)
    if (machine.redfish !== undefined) machines.push(await connectOne(name, machine, machine.redfish, reach));
  return {
    power: createRedfishPower(machines),
    close: async () => void (await Promise.all(machines.map(({ client }) => client.close()))),
  };
}

async function connectOne(
  name: string,
  machine: MachineConfig,
  redfish: Redfish,
  { clock, facts, bounce, factsOf }: Reach,
): Promise<RedfishMachine> {
  const account = { user: redfish.user, password: redfish.password };
  const refusals = rememberRefusals(facts, name, account);
  const client = new RedfishClient({
    machine: name,
    account,
    fingerprint: redfish.fingerprint,
    system: redfish.system ?? null,
    open: opener(redfish.ssh === undefined ? null : await bounce(redfish.ssh), redfish.web),
    refusals,
    turns: createTurns(),
    now: () => clock.now(),
    timeoutMs: durationMs(redfish.timeout),
  });
  return {
    facts: { ...factsOf(name, machine), controller: 'Redfish', console: false },
    client,
    refusals,
    states: rememberStates(facts, name, () => clock.now()),
  };
}
