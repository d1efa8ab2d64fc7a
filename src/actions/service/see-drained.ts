import { VigieError } from '#kernel/errors.ts';
import type { ServiceView } from '#ports/swarm.ts';
import { LOOK_EVERY_MS, orNothing, type FollowContext } from './follow.ts';
import { nodeOf, type NodeBasis } from './node.ts';

interface DrainedBasis extends NodeBasis {
  readonly moves: readonly { readonly service: string }[];
  /** Every service that had a task there. */
  readonly held: readonly string[];
  readonly settle_ms: number;
}

/** States of a task whose container may still be there. */
const ALIVE: ReadonlySet<string> = new Set(['assigned', 'accepted', 'preparing', 'ready', 'starting', 'running']);

/** Where a drained node stands: tasks whose containers aren't gone yet, services that moved and aren't whole again. */
interface Look {
  readonly left: number;
  readonly short: readonly string[];
  readonly running: number;
  readonly wanted: number;
}

/**
 * Waits until a drained node holds no container any more and what moved runs elsewhere. Of a node that is down nobody can tell what it
 * holds. A manager that can't be reached is no end; `settle_ms` is how long nothing may change.
 * @returns how many tasks of the services that moved run, of how many
 * @throws drain_unsettled, with what is left
 */
export async function seeDrained(context: FollowContext, basis: DrainedBasis): Promise<{ running: number; wanted: number }> {
  let shown = '';
  let idleMs = 0;
  for (;;) {
    const seen = await orNothing(context, () => look(context, basis));
    if (seen !== null) {
      const { left, short, running, wanted } = seen;
      if (left === 0 && short.length === 0) return { running, wanted };
      const data = { running, wanted, left };
      if (JSON.stringify(data) !== shown) {
        idleMs = 0;
        await context.progress(data);
      }
      shown = JSON.stringify(data);
      if (idleMs >= basis.settle_ms) throw new VigieError('drain_unsettled', { node: basis.node, services: [...short], left });
    }
    await context.pause(LOOK_EVERY_MS);
    idleMs += LOOK_EVERY_MS;
  }
}

async function look({ swarm, signal }: FollowContext, basis: DrainedBasis): Promise<Look> {
  const node = nodeOf(await swarm.nodes(signal), basis);
  const left = node.state === 'ready' ? await leftOn(node.hostname, { swarm, signal }, basis.held) : 0;
  const names = new Set(basis.moves.map(({ service }) => service));
  const moved = (await swarm.services(signal)).filter(({ name }) => names.has(name));
  return {
    left,
    short: moved.filter(isShort).map(({ name }) => name),
    running: sum(moved.map((service) => Math.min(service.running, wantedOf(service)))),
    wanted: sum(moved.map(wantedOf)),
  };
}

async function leftOn(
  hostname: string,
  { swarm, signal }: Pick<FollowContext, 'swarm' | 'signal'>,
  held: readonly string[],
): Promise<number> {
  let left = 0;
  for (const service of held) {
    const tasks = await swarm.tasks(service, signal);
    left += tasks.filter(({ node, state }) => node === hostname && ALIVE.has(state)).length;
  }
  return left;
}

/** Of a job some tasks may have completed meanwhile: it is not waited for. */
function isShort(service: ServiceView): boolean {
  return service.mode === 'replicated' && service.running < wantedOf(service);
}

function wantedOf({ replicas, mode }: ServiceView): number {
  return mode === 'replicated' ? (replicas ?? 0) : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
