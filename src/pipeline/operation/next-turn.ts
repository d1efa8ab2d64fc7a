import { VigieError } from '#kernel/errors.ts';
import type { Turn } from '#domain/alert/oncall.ts';
import type { Context } from './context.ts';

const DAY_MS = 86_400_000;
/** How often it is looked for. */
const LOOK_EVERY_MS = 60_000;

/**
 * Tells whoever is on call next, a day before their turn, in the operations channel. Each turn is told once: its key is the post's.
 * @returns when to look again
 */
export async function tellNextTurn(context: Context, again: number): Promise<number> {
  const now = context.clock.now();
  if (now < again) return again;
  const turns = startingWithin(turnsOf(context, now), now);
  if (turns.length > 0) {
    const to = { channel: context.operationsChannel, root: null, underKey: null };
    const say = turns.map(({ person, from, to: until }) => ({
      kind: 'create' as const,
      key: `next-turn:${person}:${from}`,
      to,
      message: { template: 'notice:next-turn', data: { person, from, until } },
      seeds: [],
    }));
    await context.store.operations.commit({ say });
    context.wake('sender');
  }
  return now + LOOK_EVERY_MS;
}

/** None where nobody is on call. The span begins in the past, so that a turn that goes on isn't taken for a new one. */
function turnsOf({ clients }: Context, now: number): readonly Turn[] {
  try {
    return clients.rota.turns(now - DAY_MS, now + 2 * DAY_MS);
  } catch (error) {
    if (error instanceof VigieError && error.code === 'oncall_not_configured') return [];
    throw error;
  }
}

/** Whoever has the turn before it as well goes on: there is nothing to tell. What ends at the span's end is told when its own end is known. */
function startingWithin(turns: readonly Turn[], now: number): readonly Turn[] {
  return turns.filter((turn) => {
    const goesOn = turns.some((before) => before.to === turn.from && before.person === turn.person);
    return turn.from > now && turn.from <= now + DAY_MS && !goesOn;
  });
}
