import { VigieError } from '#kernel/errors.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { MachineFacts, PowerState } from '#ports/power.ts';
import { seenFrom, type MachineBasis } from '../machine/basis.ts';
import { awaitState } from '../machine/follow.ts';
import { ASK_MS } from '../machine/witnesses.ts';
import { knownWithin, orUnknown } from '../unknown.ts';
import type { FailoverBasis, Proof } from './basis.ts';
import type { Failing } from './context.ts';

type Asked = Pick<ReadClients, 'power' | 'hosts' | 'hypervisor' | 'prober' | 'inventory' | 'network'>;
type Fence = MachineBasis & Pick<FailoverBasis, 'proof' | 'power_problem' | 'seen_from'>;

/**
 * How it will be proven that the machine is off.
 * @param confirmed whether who asks says that it is off, where nobody else can
 * @throws failover_answers for one that lives, failover_unproven where nobody can tell
 */
export async function planFence(clients: Asked, facts: MachineFacts, confirmed: boolean, signal: AbortSignal): Promise<Fence> {
  const { known, problem } = await orUnknown(clients.power.state(facts.name, signal));
  const [seen, others] = await Promise.all([
    seenFrom(clients, facts, known?.state ?? 'unknown', signal),
    seenByOthers(clients, facts, signal),
  ]);
  const { machine, controller } = seen;
  // Whoever answers is neither dead nor cut off: its own way down comes first.
  if (lives(seen)) throw new VigieError('failover_answers', { machine });
  const proof = proofOf(seen.state);
  if (proof !== null) return { ...seen, proof, power_problem: problem, seen_from: others };
  if (!confirmed) throw new VigieError('failover_unproven', { machine, controller, problem });
  // A person's word is worth less than a machine's own.
  if (seen.ping === true || others.some(({ answers }) => answers === true)) throw new VigieError('failover_answers', { machine });
  return { ...seen, proof: 'word', power_problem: problem, seen_from: others };
}

/** Where SSH is silent, Proxmox may see a machine still whose disks are gone: half dead. Where nobody can ask SSH, Proxmox' word and a ping count. */
function lives({ state, ssh, ping, node }: MachineBasis): boolean {
  return state !== 'off' && (ssh === true || (ssh === null && (node?.online === true || ping === true)));
}

/** Where vigie itself is cut off, others may reach it. */
async function seenByOthers(
  { network }: Pick<Asked, 'network'>,
  { address, seenFrom: hosts }: MachineFacts,
  signal: AbortSignal,
): Promise<Fence['seen_from']> {
  if (address === null) return [];
  const ask = (host: string) => knownWithin(ASK_MS, signal, async (ends) => ({ answers: await network.pings(host, address, ends) }));
  return await Promise.all(hosts.map(async (host) => ({ host, answers: (await ask(host)).known?.answers ?? null })));
}

function proofOf(state: PowerState): Proof | null {
  if (state === 'unknown') return null;
  return state === 'off' ? 'off' : 'cut';
}

/** Between two looks at Proxmox HA, and how long it may take for all of its guests. */
const HA_EVERY_MS = 5_000;
const HA_MS = 600_000;

/** Leaves the machine off, for sure. @throws machine_not_there, failover_ha where Proxmox HA doesn't come to an end */
export async function fence({ basis, clients, signal, pause, progress, step }: Failing): Promise<void> {
  const { machine, proof, node } = basis;
  const { power, hypervisor } = clients;
  // HA proves it off in its own way, and its guests are given away before anybody cuts the power behind its back.
  if (node !== null && node.fencing.length > 0)
    await step('ha', 'repeatable', async (stepSignal) => {
      await progress({ doing: 'failover-ha' });
      for (let waitedMs = 0; ; waitedMs += HA_EVERY_MS) {
        const { known } = await orUnknown(hypervisor.ha(stepSignal));
        if (known?.some((each) => each.node === node.name && ['fence', 'recovery'].includes(each.state)) === false) return null;
        if (waitedMs >= HA_MS) throw new VigieError('failover_ha', { machine, waited: HA_MS });
        await pause(HA_EVERY_MS);
      }
    });
  if (proof !== 'cut') return await stillOff({ basis, clients, signal, pause });
  // Off twice is off: where an order's answer was lost, and nothing shows after the time that one takes, it is sent again.
  await step('power', 'repeatable', async (stepSignal) => {
    const { state } = await power.state(machine, stepSignal);
    if (state !== 'off') await power.change(machine, 'off', stepSignal);
    return null;
  });
  await step('off', 'repeatable', async () => {
    await awaitState({ power, signal, pause, progress }, machine, 'off', { doing: 'machine-off' });
    return null;
  });
}

const TRIES = 3;
const AGAIN_MS = 2_000;

/** Whether it is still off, right before something of it goes elsewhere. @throws failover_back when somebody switched it on, and what its controller says when it doesn't tell */
export async function stillOff({ basis, clients, signal, pause }: Pick<Failing, 'basis' | 'clients' | 'signal' | 'pause'>): Promise<void> {
  const { machine, proof } = basis;
  for (let tries = 1; ; tries += 1) {
    const { known, problem } = await orUnknown(clients.power.state(machine, signal));
    if (known?.state === 'off' || (known === null && proof === 'word')) return;
    if (known !== null && known.state !== 'unknown') throw new VigieError('failover_back', { machine });
    if (tries >= TRIES)
      throw problem === null ? new VigieError('failover_back', { machine }) : new VigieError(problem.code, problem.params);
    await pause(AGAIN_MS);
  }
}
