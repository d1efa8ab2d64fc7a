import {
  databaseOrGuest,
  defineQuery,
  guestsAmiss,
  targetOf,
  target,
  VigieError,
  z,
  type Amiss,
  type Backup,
  type ReadClients,
} from '#kit';

/** A phone shows some; the newest matter most. */
const MOST = 12;
const ALL = 2_000;
/** Names of what a restore can't make again. */
const NAMES = 5;

/** The backups of one database or VM, newest first; or of all of them, one line each. */
export default defineQuery({
  id: 'backups',
  uses: ['backups', 'databases', 'hypervisor', 'guestFiles', 'self'],
  args: ['target'],
  input: z.strictObject({ target: databaseOrGuest().optional() }),
  async target({ input, clients, signal }) {
    if (input.target === undefined) return null;
    const { kind, name } = await targetOf(clients, input.target, signal);
    return target(name, `${kind === 'vm' ? 'vm' : 'db'}:${name}`);
  },
  async run({ input, clients, signal }) {
    const places = (await clients.backups.places(signal)).map(({ name, sizeBytes, freeBytes, sealed, problem }) => ({
      name,
      size: sizeBytes,
      free: freeBytes,
      sealed,
      problem: problem === null ? null : { code: problem.code, params: problem.params },
    }));
    const common = { now: clients.self.now(), places };
    if (input.target === undefined) return { ...common, one: null, all: await overview(clients, signal) };
    const { kind, name } = await targetOf(clients, input.target, signal);
    const known = (await clients.backups.list({ target: name, limit: ALL })).filter((each) => each.kind === kind);
    const strangers = kind === 'database' ? await clients.backups.strangers(name, signal) : [];
    const amiss = kind === 'database' ? await clients.backups.amiss(name, signal) : await guestsAmiss(clients, known, signal);
    return {
      ...common,
      all: [],
      one: {
        kind,
        name,
        count: known.length,
        bytes: known.reduce((sum, { bytes }) => sum + bytes, 0),
        newest_good: newestOf(known)?.at ?? null,
        ...lacksOf(newestOf(known)),
        backups: known.slice(0, MOST).map((each) => lineOf(each, amiss)),
        strangers: [...strangers],
      },
    };
  },
});

function lineOf({ id, at, bytes, state, reason, purpose, drilledAt, copies, unrestorable }: Backup, amiss: readonly Amiss[]) {
  const own = amiss.filter((each) => each.id === id).map(({ place, found: left }) => ({ place, bytes: left }));
  // A sealed copy is for whoever has its key.
  const serves = copies.some(({ place, sealed }) => !sealed && !own.some((each) => each.place === place));
  const counts = { copies: copies.length, unrestorable: unrestorable?.length ?? 0, unknown: unrestorable === null };
  return { id, at, bytes, state, reason, purpose, drilled_at: drilledAt, ...counts, amiss: own, serves };
}

/** What of it a restore can't make again, and whether nobody could tell. */
function lacksOf(backup: Backup | undefined) {
  const { unrestorable = [] } = backup ?? {};
  return { lacks: (unrestorable ?? []).slice(0, NAMES), lacking: unrestorable?.length ?? 0, unknown: unrestorable === null };
}

/** A place that doesn't answer is told as that already. */
async function amissIn(backups: ReadClients['backups'], database: string, signal: AbortSignal): Promise<readonly Amiss[]> {
  try {
    return await backups.amiss(database, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof VigieError) return [];
    throw error;
  }
}

function newestOf(backups: readonly Backup[]): Backup | undefined {
  return backups.find(({ state, purpose }) => state === 'good' && purpose === 'routine');
}

/** Every database of the configuration, also one that was never dumped, and every VM that the ledger has a backup of. */
async function overview(clients: Pick<ReadClients, 'backups' | 'databases' | 'hypervisor' | 'guestFiles'>, signal: AbortSignal) {
  const { backups, databases } = clients;
  const known = await backups.list({ target: null, limit: ALL });
  const guests = [...new Set(known.filter(({ kind }) => kind === 'vm').map(({ target }) => target))].toSorted();
  const targets = [...databases.list().map(({ name }) => ({ kind: 'database', name })), ...guests.map((name) => ({ kind: 'vm', name }))];
  const gone = await guestsAmiss(clients, known.filter(({ kind }) => kind === 'vm'), signal); // prettier-ignore
  const rows = targets.map(async ({ kind, name }) => {
    const own = known.filter((each) => each.kind === kind && each.target === name);
    const newest = newestOf(own);
    return {
      kind,
      name,
      count: own.length,
      bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
      newest_at: newest?.at ?? null,
      newest_bytes: newest?.bytes ?? null,
      ...lacksOf(newest),
      drilled_at: own.find(({ drilledAt }) => drilledAt !== null)?.drilledAt ?? null,
      odd: own[0] === undefined || own[0].state === 'good' ? null : own[0].state,
      amiss: (kind === 'database' ? await amissIn(backups, name, signal) : gone.filter(({ id }) => own.some((each) => each.id === id)))
        .length,
    };
  });
  return await Promise.all(rows);
}
