import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { GuestView } from '#ports/hypervisor.ts';
import { moveGuest } from '../guest/move-guest.ts';
import { planMoves, type Move } from '../guest/moves.ts';
import { nodeNamed, quorateNodes } from '../guest/nodes.ts';
import { orUnknown } from '../unknown.ts';
import type { FailbackBasis, Left } from './back-basis.ts';
import type { FailoverBasis } from './basis.ts';
import { within, type Moving } from './context.ts';

type Asked = Pick<ReadClients, 'hypervisor'>;
type Found = Pick<FailbackBasis, 'guests' | 'stays' | 'left'>;

/** Guests that a failover, or Proxmox HA in it, started elsewhere, the last one first. Whose disks would have to be copied whole stays: its machine has them, too, as they were. */
export async function planBackGuests({ hypervisor }: Asked, then: FailoverBasis, signal: AbortSignal): Promise<Found> {
  const away = then.guests.filter(({ elsewhere }) => elsewhere);
  const home = then.node?.name;
  if (home === undefined || away.length === 0) return { guests: [], stays: [], left: [] };
  const { known, problem } = await orUnknown(movesTo({ hypervisor }, home, away, signal));
  return known ?? { guests: [], stays: [], left: away.map(({ name }) => ({ kind: 'guest', name, problem })) };
}

async function movesTo({ hypervisor }: Asked, home: string, away: FailoverBasis['guests'], signal: AbortSignal): Promise<Found> {
  const node = nodeNamed(await quorateNodes({ hypervisor }, signal), home);
  const guests = await hypervisor.guests(signal);
  const known = away.flatMap(
    ({ name, taken }) => guests.find((each) => each.name === name && each.vmid === (taken?.vmid ?? each.vmid)) ?? [],
  );
  const elsewhere = known.filter((each) => each.node !== node.name).toReversed();
  const { moves, stays } = await planMoves({ hypervisor }, elsewhere, [node], signal);
  return {
    guests: moves.filter(({ copied }) => copied === 0),
    stays,
    left: [
      ...away.filter(({ name }) => !known.some((each) => each.name === name)).map(({ name }) => gone(name, guests)),
      ...moves.flatMap(copiedOnly),
    ],
  };
}

function copiedOnly({ guest, vmid, to, copied }: Move): readonly Left[] {
  if (copied === 0) return [];
  return [{ kind: 'guest', name: guest, problem: { code: 'failback_replication', params: { guest, vmid, machine: to } } }];
}

function gone(name: string, guests: readonly GuestView[]): Left {
  const error = new VigieError('guest_unknown', {
    guest: name,
    nearest: nearest(
      name,
      guests.map((each) => each.name),
    ),
  });
  return { kind: 'guest', name, problem: error.problem() };
}

const LOOK_EVERY_MS = 2_000;

/** @throws failback_replication_failed, and what moving a guest throws */
export async function bringBack(context: Moving, back: Move): Promise<void> {
  const step = within(context, `guest/${back.guest}`);
  const { replication } = back;
  if (replication !== null) await step('replicate', 'repeatable', (signal) => seeReplicated(context, { ...back, replication }, signal));
  await moveGuest({ ...context, step }, back);
}

/** What was written where it is now is on its own machine first, while it runs; the move itself brings the rest. */
async function seeReplicated(
  { clients: { hypervisor }, pause, progress }: Moving,
  { vmid, guest, to, replication }: Move & { readonly replication: string },
  signal: AbortSignal,
): Promise<null> {
  const job = async () => (await hypervisor.replications(vmid, signal)).find(({ id, target }) => id === replication && target === to);
  const before = await job();
  // It is at home already, or somebody took the job away: the move finds out.
  if (before === undefined) return null;
  // A token that may not hurry it waits for its next time.
  await orUnknown(hypervisor.replicate(vmid, replication, signal));
  await progress({ doing: 'failback-replicate', guest });
  for (;;) {
    const { known } = await orUnknown(job());
    if (known != null && known.syncedAt !== null && known.syncedAt !== before.syncedAt) return null;
    if (known != null && known.failures > before.failures)
      throw new VigieError('failback_replication_failed', { guest, machine: to, reason: known.problem ?? '' });
    await pause(LOOK_EVERY_MS);
  }
}
