import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Effect } from '#domain/operation/operation.ts';
import { monitorPeriod } from '#domain/swarm/rollout.ts';
import type { Clients, ReadClients } from '#ports/clients.ts';
import type { ServiceFacts } from '#ports/inventory.ts';
import { formatImage, parseImage, type ImageReference, type ServiceView, type UpdatePolicy } from '#ports/swarm.ts';
import type { RunContext, StepFinding } from '../definition.ts';
import { databasesBehind, dumpLocks, takeDumps, type DumpBefore, type DumpOfRelease } from './dump-before.ts';
import { seeJobThrough } from './job.ts';
import { replacing, requirePlace, type Short } from './place.ts';
import { allowedRepositories, resolveImage } from './resolve-image.ts';
import { seeThrough, verifySeeThrough } from './see-through.ts';
import { sendUpdate, verifyUpdate } from './update.ts';

/** What a change of image starts from and leads to; hashed, approved, and looked at again right before the effect. */
export type ImageBasis = {
  readonly service: string;
  readonly spec_hash: string;
  readonly from: string;
  readonly from_digest: string | null;
  readonly to: string;
  readonly digest: string;
  readonly held_by_node: boolean;
  readonly outside: boolean;
  readonly self: boolean;
  readonly replicas: number | null;
  readonly policy: { readonly [K in keyof UpdatePolicy]: UpdatePolicy[K] };
  readonly constraints: readonly string[];
  readonly routes: readonly string[];
  readonly stack: string | null;
  readonly stack_file: string | null;
  readonly settle_ms: number;
  /** Databases that are dumped first; a plan that an earlier vigie made has none of these three. */
  readonly dumps?: readonly DumpBefore[];
  /** Databases whose dump somebody chose to do without. */
  readonly undumped?: readonly DumpBefore[];
  /** Dumps from before the release that is gone back from. */
  readonly way_back?: readonly DumpOfRelease[];
  /** Not all of its tasks have room. A plan that an earlier vigie made has neither this nor the next. */
  readonly short?: Short | null;
  /** A job's last run: the change runs it again. */
  readonly job?: { readonly iteration: number; readonly completions: number | null } | null;
};

type ImageClients = Pick<ReadClients, 'swarm' | 'inventory' | 'databases' | 'backups'>;

export interface ImageChange {
  /** What was asked for: a tag, `name:tag`, a full reference, or null for the tag that runs now. */
  readonly wanted: string | null;
  /** Somebody would rather do without the dump of the service's databases. */
  readonly noDump: boolean;
  readonly wayBack: readonly DumpOfRelease[];
}

/**
 * Plans to run another image: resolves it, checks that it can be pulled, and says what else matters. Only the image and
 * the update policy change, never mounts, secrets, networks or environment.
 */
export async function planImage(
  clients: ImageClients,
  name: string,
  { wanted, noDump, wayBack }: ImageChange,
  signal: AbortSignal,
): Promise<{ basis: ImageBasis; effects: Effect[] }> {
  const current = await clients.swarm.service(name, signal);
  const facts = clients.inventory.service(current.name);
  const target = targetImage(current.image, wanted);
  const policy = policyFor(current, facts);
  // Asked while the registry is; what becomes of it counts where it is needed.
  const nodes = clients.swarm.nodes(signal);
  nodes.catch(() => undefined);
  const found = await resolveImage(clients.swarm, { current, target, facts }, signal);
  const behind = await databasesBehind(clients, current.name);
  const same = current.image.digest === found.digest;
  const short = same ? null : await requirePlace({ nodes: () => nodes }, current, replacing(current), signal);
  const basis: ImageBasis = {
    service: current.name,
    spec_hash: current.specHash,
    from: formatImage(current.image),
    from_digest: current.image.digest,
    to: formatImage({ ...target, digest: found.digest }),
    digest: found.digest,
    held_by_node: found.from === 'node',
    outside: !allowedRepositories(facts, current.image).includes(target.repository),
    self: facts.self,
    replicas: current.replicas,
    policy,
    constraints: current.constraints,
    routes: current.routes.map((route) => route.rule),
    stack: current.stack,
    stack_file: facts.stackFile,
    settle_ms: facts.settleMs,
    dumps: noDump ? [] : behind,
    undumped: noDump ? behind : [],
    way_back: wayBack,
    short,
    job: current.job === null ? null : { iteration: current.job.iteration, completions: current.job.completions },
  };
  if (same) return { basis, effects: [] };
  const dumps = (noDump ? [] : behind).map(({ database }) => ({ kind: 'dump', name: database }));
  return { basis, effects: [...dumps, { kind: 'image', from: basis.from, to: basis.to }, ...policyEffects(current.policy, policy)] };
}

/** A word without `/` or `:` is a tag of the current repository; `pad:2.1` too, where the repository ends in `/pad`. */
function targetImage(current: ImageReference, wanted: string | null): ImageReference {
  if (wanted === null) return { ...current, tag: current.tag ?? 'latest', digest: null };
  if (!/[/:@]/u.test(wanted)) return { ...current, tag: wanted, digest: null };
  const parsed = parseImage(wanted);
  if (parsed === null) throw new VigieError('image_invalid', { image: wanted });
  const ownName = parsed.repository === current.repository.split('/').at(-1);
  const repository = ownName ? current.repository : parsed.repository;
  return { repository, tag: parsed.tag ?? (parsed.digest === null ? 'latest' : null), digest: parsed.digest };
}

/** Failure means rollback, and the monitor period outlasts the health check. @throws database_start_first, database_replicas */
function policyFor(current: ServiceView, facts: ServiceFacts): UpdatePolicy {
  if (facts.database && current.policy.order === 'start-first') throw new VigieError('database_start_first', { service: current.name });
  if (facts.database && (current.replicas ?? 2) > 1)
    throw new VigieError('database_replicas', { service: current.name, replicas: current.replicas });
  // Docker takes no policy of a job: it has nothing to go back to.
  if (current.job !== null) return current.policy;
  const monitorMs = Math.max(current.policy.monitorMs, monitorPeriod(current.healthcheck));
  return { ...current.policy, failureAction: 'rollback', monitorMs };
}

function policyEffects(before: UpdatePolicy, after: UpdatePolicy): Effect[] {
  if (before.failureAction === after.failureAction && before.monitorMs === after.monitorMs) return [];
  return [{ kind: 'policy', failure_action: after.failureAction, monitor_ms: after.monitorMs }];
}

type ImageUses = 'swarm' | 'releases' | 'inventory' | 'self' | 'databases' | 'backups';

/** The service, and the databases that are dumped first. */
export function imageLocks({ service, dumps = [] }: ImageBasis): readonly string[] {
  return [`swarm/service:${service}`, ...dumpLocks(dumps)];
}

export type ImageRun = Pick<
  RunContext<never, ImageUses, ImageBasis>,
  'basis' | 'person' | 'approvers' | 'operation' | 'signal' | 'pause' | 'progress' | 'step'
> & {
  readonly clients: Pick<Clients, ImageUses>;
};

/** Runs it: dump, note what others did, (for vigie itself) copy the store, update, follow, enter the release. */
export async function runImage(context: ImageRun): Promise<JsonObject> {
  const { basis, clients, step } = context;
  const { dumps = [] } = basis;
  await takeDumps(context, dumps);
  await step('note-others', 'repeatable', async () => await noteOthers(context));
  if (basis.self) await step('copy-store', 'repeatable', () => clients.self.copyStore(context.operation));
  const since = await step('update', 'repeatable', (signal) =>
    sendUpdate(clients, basis, { image: basis.to, ...(basis.job == null ? { policy: basis.policy } : {}) }, signal),
  );
  const rollout =
    basis.job == null
      ? await seeThrough(context, { digest: basis.digest, reported: true, since }, (now) => now.image.digest === basis.digest)
      : await seeJobThrough(context, basis.service, basis.job.iteration);
  const release = await step('enter-release', 'repeatable', () => enterRelease(context));
  return {
    ...rollout,
    release,
    image: basis.to,
    digest: basis.digest,
    previous: basis.from,
    dumps: dumps.map(({ database }) => ({ database, backup: context.operation })),
  };
}

/** What ran before and isn't in the ledger was put there by other hands: entered as such, so that it can be gone back to. */
async function noteOthers({ basis, clients }: ImageRun): Promise<boolean> {
  const [newest] = await clients.releases.list(basis.service, 1);
  if (basis.from_digest === null || newest?.digest === basis.from_digest) return false;
  const { spec } = await clients.swarm.service(basis.service);
  await clients.releases.enter({
    service: basis.service,
    image: basis.from,
    digest: basis.from_digest,
    spec,
    operation: null,
    requester: null,
    approvers: [],
    origin: 'other',
  });
  return true;
}

async function enterRelease({ basis, clients, operation, person, approvers }: ImageRun): Promise<number> {
  const known = await releaseOf(clients, basis.service, operation);
  if (known !== null) return known;
  const { spec } = await clients.swarm.service(basis.service);
  await clients.releases.enter({
    service: basis.service,
    image: basis.to,
    digest: basis.digest,
    spec,
    operation,
    requester: person.username,
    approvers: approvers.map((each) => each.username),
    origin: 'vigie',
  });
  return (await releaseOf(clients, basis.service, operation)) ?? 0;
}

async function releaseOf(clients: Pick<Clients, 'releases'>, service: string, operation: string): Promise<number | null> {
  const recent = await clients.releases.list(service, 20);
  return recent.find((release) => release.operation === operation)?.number ?? null;
}

/** Whether a step that was begun took effect. Following and entering may always be done again. */
export async function verifyImage(context: {
  readonly step: string;
  readonly startedAt: number;
  readonly basis: ImageBasis;
  readonly clients: Pick<Clients, ImageUses>;
}): Promise<StepFinding> {
  if (context.step !== 'update') return await verifySeeThrough(context);
  return await verifyUpdate(context, (now) => now.image.digest === context.basis.digest);
}
