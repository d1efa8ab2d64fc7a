import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { sendAvailability, verifyAvailability } from '../service/node.ts';
import type { StepFinding } from '../definition.ts';
import { verifyMove } from '../guest/move-guest.ts';
import { takeAddress } from './addresses.ts';
import { bringBack } from './back-guests.ts';
import type { FailbackBasis } from './back-basis.ts';
import { within, type Moving } from './context.ts';
import { changeNames, followNames } from './names.ts';
import { Parts } from './parts.ts';
import { tell } from './told.ts';

/**
 * Nodes take tasks again, then addresses come back, since two machines hold them until then, then names lead there; guests go last, whose disks take their time.
 * @throws failback_partly with what isn't back
 */
export async function runFailback(context: Moving & { readonly basis: FailbackBasis }): Promise<JsonObject> {
  const { basis, clients, progress } = context;
  const parts = new Parts();
  for (const node of basis.nodes)
    await parts.take({ kind: 'node', name: node.node }, async () => {
      await within(context, `node/${node.node}`)('activate', 'repeatable', (signal) => sendAvailability(clients, node, 'active', signal));
    });
  for (const move of basis.moves)
    await parts.take({ kind: 'address', name: move.address }, async () => {
      await progress({ doing: 'failover-address', address: move.address, to: move.to });
      await within(context, `address/${move.address}`)('move', 'repeatable', async (signal) => {
        await clients.network.drop(move.from, move.address, signal);
        return await takeAddress(clients, move, signal);
      });
    });
  const changed = await changeNames(context, basis.dns, parts);
  const copied = await followNames(context, changed, parts);
  for (const guest of basis.guests) await parts.take({ kind: 'guest', name: guest.guest }, () => bringBack(context, guest));
  const told = await context.step('tell', 'repeatable', () => tell(context, basis));
  const result = { ...told, ...copied };
  if (parts.failed.length > 0) throw new VigieError('failback_partly', { machine: basis.machine, failed: [...parts.failed], ...result });
  return result;
}

/** Whether a step took effect: the Swarm and the hypervisor are asked; the others may be done again. */
export async function verifyFailback({
  basis,
  clients,
  step,
  startedAt,
}: Pick<Moving, 'clients'> & { readonly basis: FailbackBasis; readonly step: string; readonly startedAt: number }): Promise<StepFinding> {
  const guest = basis.guests.find((each) => step === `guest/${each.guest}:move ${each.vmid}`);
  if (guest !== undefined) return await verifyMove(clients, guest, startedAt);
  const node = basis.nodes.find((each) => step === `node/${each.node}:activate`);
  return node === undefined ? { state: 'not-done' } : await verifyAvailability(clients, node, 'active');
}
