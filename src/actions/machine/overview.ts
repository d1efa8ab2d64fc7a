import type { Json, JsonObject } from '#kernel/json.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { MachineFacts } from '#ports/power.ts';
import { knownWithin } from '../unknown.ts';
import { factsOfMachine } from './basis.ts';
import { ASK_MS, witnessesOf } from './witnesses.ts';

type Asked = Pick<ReadClients, 'power' | 'hosts' | 'hypervisor' | 'prober' | 'inventory' | 'self'>;

/** Of the event log so many lines are told. */
const EVENTS = 8;
/** A whole inventory is five questions to AMT, and some twenty over Redfish, asked one after the other. */
const INVENTORY_MS = 30_000;

/** Every machine: its state, since when, and who answers. @throws machines_not_configured */
export async function machinesOverview(clients: Asked, signal: AbortSignal): Promise<readonly JsonObject[]> {
  // Throws where nothing is configured.
  if (clients.power.machines().length === 0) await factsOfMachine(clients.power, '');
  return await Promise.all(clients.power.machines().map((facts) => seenNow(clients, facts, signal)));
}

async function seenNow(clients: Asked, facts: MachineFacts, signal: AbortSignal): Promise<JsonObject> {
  const { name, controller, host, node } = facts;
  const asked = knownWithin(ASK_MS, signal, (ends) => clients.power.state(name, ends));
  const [{ known, problem }, witnesses] = await Promise.all([asked, witnessesOf(clients, facts, signal)]);
  return {
    name,
    controller,
    state: known?.state ?? null,
    since: known?.since ?? null,
    problem,
    ping: witnesses.ping,
    ssh: host === null ? null : witnesses.ssh,
    node: node === null ? null : nodeData(witnesses.node, witnesses.nodeProblem),
  };
}

type Witnessed = Awaited<ReturnType<typeof witnessesOf>>;

function nodeData(node: Witnessed['node'], problem: Witnessed['nodeProblem']): Json {
  const known = node !== null;
  return {
    online: known ? node.online : null,
    guests: known ? node.guests.length : 0,
    fencing: known ? [...node.fencing] : [],
    problem,
  };
}

/**
 * Everything about one machine that its controller and the others know.
 * @param again a person says that a controller which refused the password may be asked once more
 * @throws machines_not_configured, machine_unknown
 */
export async function machineDetail(clients: Asked, word: string, again: boolean, signal: AbortSignal): Promise<JsonObject> {
  const { power } = clients;
  const facts = await factsOfMachine(power, word);
  if (again) await power.again(facts.name);
  const seen = await seenNow(clients, facts, signal);
  const inventory = seen['state'] === null ? null : await inventoryAndEvents(clients, facts, signal);
  return { ...seen, now: clients.self.now(), console: facts.console, inventory };
}

async function inventoryAndEvents({ power }: Asked, { name }: MachineFacts, signal: AbortSignal): Promise<JsonObject> {
  const { known, problem } = await knownWithin(INVENTORY_MS, signal, async (ends) => {
    const inventory = await power.inventory(name, ends);
    return { inventory, events: await power.events(name, ends) };
  });
  if (known === null) return { problem };
  const { board, bios, processor, memory, diskBytes, firmware } = known.inventory;
  return {
    problem: null,
    board: { ...board },
    bios,
    processor,
    memory: memory.map(({ bytes, ...module }) => ({ ...module, gib: gibibytes(bytes) })),
    memory_gib: gibibytes(memory.reduce((total, { bytes }) => total + bytes, 0)),
    disks: [...diskBytes],
    firmware: { ...firmware },
    events: known.events.slice(0, EVENTS).map((event) => ({ ...event })),
    more: Math.max(0, known.events.length - EVENTS),
  };
}

/** As modules of memory are sold. */
function gibibytes(bytes: number): number {
  return Math.round((bytes / 2 ** 30) * 10) / 10;
}
