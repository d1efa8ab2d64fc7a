import { z } from 'zod';
import { deadline } from '#kernel/abort.ts';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import { ScreenError, type ReadScreen, type Screen } from '#ports/console.ts';
import type { GuestView } from '#ports/hypervisor.ts';
import type { Client } from './client.ts';
import { failureOf } from './failures.ts';
import { guestNamed, guestViews, pathOf } from './guests.ts';
import { NoAnswer, type Way } from './way.ts';

/** A ticket for one connection. Its first letters are the password where Proxmox made none. */
const TICKET = z.looseObject({
  ticket: z.string().min(1),
  port: z.union([z.string(), z.number()]),
  password: z.string().min(1).optional(),
});
const PICTURE_MS = 12_000;

/** What a guest's screen shows, through the API of a host that has one. @throws console_guest_off, console_no_api, console_dark, console_refused */
export async function guestScreen(client: Client, word: string, read: ReadScreen | null, signal?: AbortSignal): Promise<Screen> {
  const guest = guestNamed(await guestViews(client, signal), word);
  if (guest.state !== 'running') throw new VigieError('console_guest_off', { guest: guest.name, state: guest.state });
  let failure = new VigieError('console_no_api', { guest: guest.name });
  if (read === null) throw failure;
  const ways = client.ways.filter((way) => way.openSocket !== undefined);
  for (const way of ways)
    try {
      return await lookThrough(way, guest, read, signal);
    } catch (error) {
      if (!(error instanceof VigieError) || error.code !== 'hypervisor_unreachable') throw error;
      failure = error;
    }
  throw failure;
}

async function lookThrough(way: Way, guest: GuestView, read: ReadScreen, signal: AbortSignal | undefined): Promise<Screen> {
  const tooLate = new VigieError('console_dark', { machine: guest.name, reason: `no picture within ${PICTURE_MS / 1_000} s` });
  const late = deadline(PICTURE_MS, () => tooLate);
  const either = signal === undefined ? late : AbortSignal.any([signal, late]);
  try {
    const { ticket, port, password } = await ticketFor(way, guest, either);
    const path = pathOf(guest, 'vncwebsocket');
    const stream = await way.openSocket?.({ path, params: { port, vncticket: ticket } }, either);
    if (stream === undefined) throw new TypeError('the way has sockets');
    return await read(stream, password ?? ticket, either);
  } catch (error) {
    signal?.throwIfAborted();
    throw failed(way, guest, error);
  }
}

async function ticketFor(way: Way, guest: GuestView, signal: AbortSignal): Promise<z.output<typeof TICKET>> {
  const params = { websocket: 1, ...(guest.kind === 'qemu' ? { 'generate-password': 1 } : {}) };
  const answer = await way.ask({ method: 'POST', path: pathOf(guest, 'vncproxy'), params }, signal);
  if (answer.status >= 400) throw failureOf(way.host, answer, { guest: guest.name, node: guest.node });
  const parsed = TICKET.safeParse(answer.data);
  if (parsed.success) return parsed.data;
  throw new VigieError('hypervisor_refused', { host: way.host, status: answer.status, reason: 'not what Proxmox answers' });
}

function failed(way: Way, { name }: GuestView, error: unknown): VigieError {
  if (error instanceof VigieError) return error;
  if (error instanceof ScreenError)
    return error.kind === 'closed'
      ? new VigieError('console_dark', { machine: name, reason: error.message }, error)
      : new VigieError('console_refused', { machine: name, reason: error.message }, error);
  return new VigieError(
    'hypervisor_unreachable',
    { host: way.host, reason: error instanceof NoAnswer ? error.message : reasonOf(error) },
    error,
  );
}
