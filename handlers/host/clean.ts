import { defineAction, host, VigieError, target, z, type Cleaned, type Removable, type Space } from '#kit';

/** All of a plan is read before it is approved: what is beyond is for the next time. */
const MOST = 30;
/** Logs grow while people read: so that the plan holds, it promises whole gigabytes of them. */
const GB = 1_000_000_000;

type Item = { readonly kind: 'image' | 'log' | 'partial'; readonly key: string; readonly name: string | null; readonly bytes: number };

type Done = { readonly item: Item; readonly outcome: Cleaned['outcome']; readonly bytes: number };

/** Frees a machine's disks of what nobody uses: images without a container, `.partial` files of yesterday, oversized logs. */
export default defineAction({
  id: 'clean',
  uses: ['hosts'],
  args: ['host'],
  input: z.strictObject({ host: host() }),
  timeout: '15m',
  cancel: 'between-steps',
  // An unused image may be the one to go back to.
  emergency: 'never',
  async plan({ input, clients, signal }) {
    const space = await clients.hosts.space(input.host, signal);
    const found = itemsOf(space);
    const items = found.slice(0, MOST);
    return {
      basis: { host: space.host, items, freed: sum(items), left: found.length - items.length, ...unseenOf(space) },
      effects: items.map(({ kind, key, name, bytes }) => ({ kind, name: name ?? key, named: name !== null, bytes })),
    };
  },
  risk: 'change',
  target: (_input, basis) => target(basis.host),
  locks: (_input, basis) => [`host:${basis.host}`],
  async run({ basis, clients, progress, step }) {
    const cleaned: Done[] = [];
    for (const item of basis.items) {
      try {
        const done = await step(stepOf(item), 'repeatable', async (signal) => {
          const { outcome, bytes } = await clients.hosts.clean(basis.host, removableOf(item), signal);
          return { outcome, bytes: outcome === 'removed' ? (bytes ?? item.bytes) : 0 };
        });
        cleaned.push({ item, ...done });
      } catch (error) {
        // What went before is gone all the same.
        if (error instanceof VigieError) throw new VigieError(error.code, { ...error.params, details: resultOf(cleaned) }, error);
        throw error;
      }
      await progress({ cleaned: cleaned.length, items: basis.items.length, freed: sum(cleaned) });
    }
    return resultOf(cleaned);
  },
  // What the machine doesn't list any more is removed: a second removal would say that somebody else was faster.
  async verify({ basis, clients, step, signal }) {
    const item = basis.items.find((each) => stepOf(each) === step);
    if (item === undefined) return { state: 'not-done' };
    const space = await clients.hosts.space(basis.host, signal);
    // A Docker that doesn't answer lists nothing.
    const seen = item.kind === 'partial' || (space.docker.answers && (item.kind === 'image' || space.docker.logs !== null));
    if (!seen) return { state: 'unknown' };
    const there = itemsOf(space).some((each) => stepOf(each) === step);
    return there ? { state: 'not-done' } : { state: 'done', result: { outcome: 'removed', bytes: item.bytes } };
  },
});

function resultOf(cleaned: readonly Done[]) {
  const spared = cleaned.filter(({ outcome }) => outcome !== 'removed');
  return {
    freed: sum(cleaned),
    removed: cleaned.length - spared.length,
    spared: spared.map(({ item, outcome }) => ({ kind: item.kind, name: item.name ?? item.key, outcome })),
  };
}

/** What may be removed, the biggest first. */
function itemsOf({ docker, partials }: Space): Item[] {
  const images = docker.answers ? docker.images : [];
  const logs = docker.answers ? (docker.logs ?? []) : [];
  const items: Item[] = [
    ...images.map(({ id, name, bytes }) => ({ kind: 'image' as const, key: id, name, bytes })),
    ...logs.map(({ container, path, bytes }) => ({ kind: 'log' as const, key: path, name: container, bytes: Math.floor(bytes / GB) * GB })),
    ...partials.map(({ path, bytes }) => ({ kind: 'partial' as const, key: path, name: path, bytes })),
  ];
  return items.toSorted((one, other) => other.bytes - one.bytes || one.key.localeCompare(other.key));
}

function unseenOf({ docker }: Space) {
  return { docker: docker.answers, logs_unseen: docker.answers && docker.logs === null };
}

function stepOf({ kind, key }: Item): string {
  return `${kind}:${key}`;
}

function removableOf({ kind, key }: Item): Removable {
  return kind === 'image' ? { kind, id: key } : { kind, path: key };
}

function sum(things: readonly { readonly bytes: number }[]): number {
  return things.reduce((total, { bytes }) => total + bytes, 0);
}
