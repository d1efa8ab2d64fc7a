import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { verifyState } from '../machine/follow.ts';
import { sendAvailability, verifyAvailability } from '../service/node.ts';
import { seeDrained } from '../service/see-drained.ts';
import { verifyStart } from '../guest/start.ts';
import type { StepFinding } from '../definition.ts';
import { dropIfReached, takeAddress } from './addresses.ts';
import { within, type Failing } from './context.ts';
import { fence, stillOff } from './fence.ts';
import { takeOver } from './guests.ts';
import { changeNames, followNames } from './names.ts';
import { Parts } from './parts.ts';
import { tell } from './told.ts';

/**
 * Proves the machine off, then takes its names, its addresses, its Swarm nodes and its guests elsewhere, each once that proof holds still. What acts goes
 * before what waits: whether all servers of a zone have copied it is looked at last. What one part refuses leaves the others: at night half a house is better
 * than none. The same again goes on with what is left.
 * @throws what the proof throws: nothing was moved then; failover_partly with what wasn't moved
 */
export async function runFailover(context: Failing): Promise<JsonObject> {
  const { basis } = context;
  await fence(context);
  const parts = new Parts();
  const changed = await changeNames(context, basis.dns, parts, () => stillOff(context));
  await takeAddresses(context, parts);
  await drainNodes(context, parts);
  for (const { name, taken } of basis.guests)
    if (taken !== null) await parts.take({ kind: 'guest', name }, () => takeOver(context, name, taken));
  const copied = await followNames(context, changed, parts);
  const told = await context.step('tell', 'repeatable', () => tell(context, basis));
  const result = { ...told, ...copied };
  if (parts.failed.length > 0) throw new VigieError('failover_partly', { machine: basis.machine, failed: [...parts.failed], ...result });
  return result;
}

async function takeAddresses(context: Failing, parts: Parts): Promise<void> {
  const { basis, clients, progress } = context;
  await parts.together(
    basis.moves.map((move) => ({
      kind: 'address',
      name: move.address,
      move: async () => {
        await progress({ doing: 'failover-address', address: move.address, to: move.to });
        await within(context, `address/${move.address}`)('move', 'repeatable', async (stepSignal) => {
          await stillOff(context);
          if (basis.proof === 'word') await dropIfReached(clients, move, stepSignal);
          return await takeAddress(clients, move, stepSignal);
        });
      },
    })),
  );
}

async function drainNodes(context: Failing, parts: Parts): Promise<void> {
  const { clients, signal, pause, progress } = context;
  for (const node of context.basis.nodes)
    await parts.take({ kind: 'node', name: node.node }, async () => {
      const step = within(context, `node/${node.node}`);
      await step('drain', 'repeatable', async (stepSignal) => {
        await stillOff(context);
        return await sendAvailability(clients, node, 'drain', stepSignal);
      });
      await step('follow', 'repeatable', () => seeDrained({ swarm: clients.swarm, signal, pause, progress }, node));
    });
}

/** Whether a step took effect: power and Swarm are asked. What names and addresses are set to they may be set to again. */
export async function verifyFailover({
  basis,
  clients,
  pause,
  step,
  startedAt,
}: Pick<Failing, 'basis' | 'clients' | 'pause'> & { readonly step: string; readonly startedAt: number }): Promise<StepFinding> {
  if (step === 'power') return await verifyState({ power: clients.power, pause }, basis.machine, 'off');
  const guest = basis.guests.find((each) => step === `guest/${each.name}:start`);
  if (guest?.taken != null) return await verifyStart({ basis: guest.taken, clients, startedAt });
  const node = basis.nodes.find((each) => step === `node/${each.node}:drain`);
  return node === undefined ? { state: 'not-done' } : await verifyAvailability(clients, node, 'drain');
}
