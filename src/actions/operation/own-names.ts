import { isOpenEmergency, type Operation } from '#domain/operation/operation.ts';
import { planName } from '#domain/operation/plan.ts';
import { isFinal } from '#domain/operation/states.ts';
import type { ActionShape, FieldKind, FieldShape } from '#domain/command/shape.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { GuestView } from '#ports/hypervisor.ts';

/** What is asked for names. */
export type Known = Pick<
  ReadClients,
  'catalogue' | 'swarm' | 'hypervisor' | 'databases' | 'alerts' | 'releases' | 'operations' | 'freezes'
>;

/** Words of the example that are filled already, by the field they stand for. */
export type Filled = ReadonlyMap<string, string>;

interface About {
  readonly shape: ActionShape;
  readonly filled: Filled;
  readonly signal: AbortSignal;
}

type Look = (clients: Known, about: About) => Promise<readonly string[]>;

/** More than these make no better example. */
const LOOKED_AT = 10;

async function servicesThatRun({ swarm }: Known, { shape, signal }: About): Promise<readonly string[]> {
  const running = (await swarm.services(signal)).filter((each) => each.running > 0);
  return running.filter(({ mode }) => shape.id !== 'scale' || mode === 'replicated').map(({ name }) => name);
}

const BY_KIND: Readonly<Partial<Record<FieldKind, Look>>> = {
  service: servicesThatRun,
  thing: servicesThatRun,
  source: servicesThatRun,
  image: async ({ swarm }, { filled, signal }) => {
    const { image } = await swarm.service(filled.get('service') ?? '', signal);
    return (await swarm.tags(image.repository, signal)).tags.map(({ name }) => name).filter((name) => name !== image.tag);
  },
  release: async ({ releases }, { filled }) =>
    (await releases.list(filled.get('service') ?? '', LOOKED_AT)).slice(1).map(({ number }) => String(number)),
  guest: async ({ hypervisor }, { signal }) =>
    (await hypervisor.guests(signal)).filter(({ template }) => !template).map(({ name }) => name),
  node: async ({ swarm, hypervisor }, { filled, signal }) => {
    const guest = filled.get('vm');
    if (guest === undefined) return (await swarm.nodes(signal)).map(({ hostname }) => hostname);
    const [{ nodes }, { node }] = await Promise.all([hypervisor.cluster(signal), hypervisor.guest(guest, signal)]);
    return nodes.map(({ name }) => name).filter((name) => name !== node);
  },
  database: async ({ databases }) => databases.list().map(({ name }) => name),
  rule: async ({ alerts }) => alerts.rules().map(({ name }) => String(name)),
  operation: async ({ operations }) => (await operations.list({ open: false, limit: LOOKED_AT })).map(({ id }) => id),
};

/** Fields whose kind says too little. */
const BY_NAME: Readonly<Record<string, Look>> = {
  snapshot: async ({ hypervisor }, { filled, signal }) => {
    const { vmid } = await hypervisor.guest(filled.get('vm') ?? '', signal);
    return (await hypervisor.snapshots(vmid, signal)).map(({ name }) => name);
  },
  alert: async ({ alerts }) => alerts.open().map(({ id }) => id),
  matchers: async ({ alerts }) => alerts.rules().map(({ name }) => String(name)),
  silence: async ({ alerts }) => alerts.silences().map(({ id }) => id),
};

const operationsThat =
  (suits: (operation: Operation) => boolean, open = true): Look =>
  async ({ operations }) =>
    (await operations.list({ open, limit: LOOKED_AT })).filter(suits).map(({ id }) => id);
const waiting = operationsThat(({ state }) => state === 'waiting');

/** VMs that there is a backup of. */
async function savedGuests(hypervisor: Known['hypervisor'], signal: AbortSignal): Promise<readonly GuestView[]> {
  const [guests, { files }] = await Promise.all([hypervisor.guests(signal), hypervisor.backups(null, signal)]);
  return guests.filter(({ kind, template, vmid }) => kind === 'qemu' && !template && files.some((file) => file.vmid === vmid));
}

/** What an action can be about isn't all that there is of its kind: by action and field. */
const BY_ACTION: Readonly<Record<string, Readonly<Record<string, Look>>>> = {
  approve: {
    operation: waiting,
    plan: async ({ operations }, { filled }) => {
      const plan = (await operations.find(filled.get('operation') ?? ''))?.plan ?? null;
      return plan === null ? [] : [planName(plan)];
    },
  },
  deny: { operation: waiting },
  cancel: { operation: operationsThat(({ state }) => !isFinal(state)) },
  close: { operation: operationsThat((operation) => isOpenEmergency(operation) && isFinal(operation.state), false) },
  settle: { operation: operationsThat(({ state }) => state === 'indeterminate', false) },
  'restore-undo': { operation: operationsThat(({ action, state }) => action === 'restore' && state === 'succeeded', false) },
  'restore-vm-undo': { operation: operationsThat(({ action, state }) => action === 'restore-vm' && state === 'succeeded', false) },
  evacuate: {
    node: async ({ hypervisor }, { signal }) => {
      const guests = (await hypervisor.guests(signal)).filter(({ template }) => !template);
      return [...new Set(guests.map(({ node }) => node))].toSorted();
    },
  },
  'evacuate-undo': { operation: operationsThat(({ action, state }) => action === 'evacuate' && state === 'succeeded', false) },
  'restore-vm': {
    vm: async ({ hypervisor }, { signal }) => (await savedGuests(hypervisor, signal)).map(({ name }) => name),
    from: async ({ hypervisor }, { filled, signal }) => {
      const guest = (await savedGuests(hypervisor, signal)).find(({ name }) => name === filled.get('vm'));
      const { files } = await hypervisor.backups(guest?.vmid ?? null, signal);
      return files.map(({ id }) => id.slice(id.lastIndexOf('/') + 1)).toReversed();
    },
  },
  activate: {
    node: async ({ swarm }, { signal }) =>
      (await swarm.nodes(signal)).filter(({ availability }) => availability !== 'active').map(({ hostname }) => hostname),
  },
  start: {
    vm: async ({ hypervisor }, { signal }) =>
      (await hypervisor.guests(signal)).filter(({ template, state }) => !template && state === 'stopped').map(({ name }) => name),
  },
  unfreeze: { freeze: async ({ freezes }) => (await freezes.open()).map(({ scope }) => scope) },
  done: { subject: async ({ freezes }) => (await freezes.open()).filter(({ lets }) => lets !== undefined).map(({ scope }) => scope) },
};

/**
 * What stands for a field in this installation.
 * @returns null where nobody can say: a field of no such kind, or a system that doesn't answer; an empty list: there is nothing of it
 */
export async function namesFor(field: FieldShape, clients: Known, about: About): Promise<readonly string[] | null> {
  const ofAction = Object.hasOwn(BY_ACTION, about.shape.id) ? BY_ACTION[about.shape.id]?.[field.name] : undefined;
  const look = ofAction ?? (Object.hasOwn(BY_NAME, field.name) ? BY_NAME[field.name] : BY_KIND[field.kind]);
  return (await look?.(clients, about).catch(() => null)) ?? null;
}
