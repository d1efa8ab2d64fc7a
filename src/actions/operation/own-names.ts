import type { ActionShape, FieldKind, FieldShape } from '#domain/command/shape.ts';
import type { ReadClients } from '#ports/clients.ts';

/** What is asked for names. */
export type Known = Pick<ReadClients, 'catalogue' | 'swarm' | 'hypervisor' | 'databases' | 'alerts' | 'releases' | 'operations'>;

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

/**
 * What stands for a field in this installation.
 * @returns null where nobody can say: a field of no such kind, or a system that doesn't answer; an empty list: there is nothing of it
 */
export async function namesFor(field: FieldShape, clients: Known, about: About): Promise<readonly string[] | null> {
  const look = Object.hasOwn(BY_NAME, field.name) ? BY_NAME[field.name] : BY_KIND[field.kind];
  return (await look?.(clients, about).catch(() => null)) ?? null;
}
