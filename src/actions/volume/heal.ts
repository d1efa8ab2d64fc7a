import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { owed, type Owed } from '#domain/volume/heals.ts';
import type { Effect } from '#domain/operation/operation.ts';
import type { Crawls, Volumes, VolumesReader } from '#ports/volumes.ts';
import type { StepFinding } from '../definition.ts';
import { orUnknown } from '../unknown.ts';
import { bricksAway, volumeCalled } from './ask.ts';

export type HealBasis = {
  readonly kind: 'heal';
  readonly volume: string;
  readonly how: 'index' | 'full';
  readonly bricks: readonly string[];
  /** Whether something contradicts itself, which healing doesn't mend. */
  readonly split: boolean;
};

/** @throws volume_unknown, volume_stopped, bricks_down: nothing is healed towards a brick that is away */
export async function planHeal(
  { volumes }: { readonly volumes: VolumesReader },
  { volume: word, how }: { readonly volume: string; readonly how: HealBasis['how'] },
  signal: AbortSignal,
): Promise<{ readonly basis: HealBasis; readonly effects: readonly Effect[] }> {
  const volume = await volumeCalled(volumes, word, signal);
  const { name, started } = volume;
  if (!started) throw new VigieError('volume_stopped', { volume: name });
  const away = bricksAway(volume);
  if (away.length > 0) throw new VigieError('bricks_down', { volume: name, bricks: [...away] });
  const { pending, splitBrain } = await owedBy(volumes, name, signal);
  const bricks = volume.bricks.map(({ host, path }) => `${host}:${path}`);
  const basis: HealBasis = { kind: 'heal', volume: name, how, bricks, split: splitBrain.length > 0 };
  return { basis, effects: how === 'index' && pending.length === 0 ? [] : [{ kind: 'heal', name }] };
}

/** What is owed, of bricks that all answer. @throws bricks_down */
export async function owedBy(volumes: Pick<VolumesReader, 'heals'>, volume: string, signal: AbortSignal): Promise<Owed> {
  const found = owed(await volumes.heals(volume, signal));
  if (found.silent.length > 0) throw new VigieError('bricks_down', { volume, bricks: [...found.silent] });
  return found;
}

export interface HealContext {
  readonly basis: HealBasis;
  readonly clients: { readonly volumes: Volumes };
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly progress: (data: JsonObject) => Promise<void>;
  readonly step: <R extends JsonObject | null>(
    name: string,
    mode: 'repeatable' | 'once',
    act: (signal: AbortSignal) => Promise<R>,
  ) => Promise<R>;
}

/** Begins to heal, and watches until nothing is pending any more. @throws heal_left with what stays */
export async function runHeal({ basis, clients: { volumes }, step, ...context }: HealContext): Promise<JsonObject> {
  const { volume, how } = basis;
  const before = await step('begin', 'repeatable', async (signal) => {
    const crawls = await volumes.crawls(volume, signal);
    await volumes.heal(volume, how, signal);
    return { ended: crawls.ended };
  });
  return await step('see-healed', 'repeatable', () => seeHealed({ volumes, ...context }, basis, before.ended));
}

/** Nothing is lost by healing twice; by what is seen nothing is done. */
export function verifyHeal(): StepFinding {
  return { state: 'not-done' };
}

const LOOK_EVERY_MS = 2_000;
/** GlusterFS looks at what is pending by itself every ten minutes, and an order may reach a daemon that has no brick yet: after so long without a change it is told again. */
const AGAIN_MS = 60_000;
/** So long nothing may get less: a file of a hundred gigabytes takes its time, and stands there as one entry. */
const IDLE_MS = 600_000;
/** Names of files that are told. */
const NAMED = 5;

type Watching = Pick<HealContext, 'signal' | 'pause' | 'progress'> & { readonly volumes: Volumes };

async function seeHealed(context: Watching, { volume, how }: HealBasis, endedBefore: number): Promise<JsonObject> {
  let shown = '';
  let idleMs = 0;
  for (;;) {
    const seen = await look(context, volume);
    if (seen !== null) {
      const { pending, splitBrain } = seen.owed;
      const walked = how === 'index' || (seen.crawls.running === 0 && seen.crawls.ended > endedBefore);
      if (pending.length === 0 && walked) return { split: splitBrain.length, files: splitBrain.slice(0, NAMED) };
      const data = { pending: pending.length, walking: !walked };
      if (JSON.stringify(data) !== shown) {
        idleMs = 0;
        await context.progress(data);
      }
      shown = JSON.stringify(data);
      if (idleMs >= IDLE_MS)
        throw new VigieError('heal_left', {
          volume,
          count: pending.length,
          files: pending.slice(0, NAMED),
          split: splitBrain.length,
          walking: !walked,
        });
    }
    await context.pause(LOOK_EVERY_MS);
    idleMs += LOOK_EVERY_MS;
    if (idleMs % AGAIN_MS === 0) await tellAgain(context, volume, seen?.crawls.ended === endedBefore ? how : 'index');
  }
}

/** Nothing is lost by healing twice. */
async function tellAgain({ volumes, signal }: Watching, volume: string, how: HealBasis['how']): Promise<void> {
  await orUnknown(volumes.heal(volume, how, signal));
}

/** A machine that can't be reached now is no end: the next look may succeed, and the operation's time-out is the limit. */
async function look({ volumes, signal }: Watching, volume: string): Promise<{ readonly owed: Owed; readonly crawls: Crawls } | null> {
  try {
    return { owed: await owedBy(volumes, volume, signal), crawls: await volumes.crawls(volume, signal) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof VigieError && ['ssh_unreachable', 'gluster_refused'].includes(error.code)) return null;
    throw error;
  }
}
