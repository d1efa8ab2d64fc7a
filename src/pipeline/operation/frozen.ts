import { VigieError } from '#kernel/errors.ts';
import { freezeOn } from '#domain/operation/freeze.ts';
import type { Risk } from '#domain/operation/states.ts';
import { namesOf, type Target } from '#domain/operation/target.ts';
import type { Context } from './context.ts';

/**
 * A lock that people set stands in the way of everybody, in an emergency too: whoever may ask for a change may end it.
 * @throws frozen, with who set it, why, until when, and how it is ended
 */
export async function refuseFrozen(
  { store, clock, inventory }: Pick<Context, 'store' | 'clock' | 'inventory'>,
  target: Target | null,
  touched: { readonly risk: Risk; readonly locks: readonly string[]; readonly by: string },
): Promise<void> {
  const now = clock.now();
  const names = target === null ? [] : namesOf(target).flatMap((name) => [name, ...inventory.namesOf(name)]);
  const freeze = freezeOn(await store.freezes.open(now), { ...touched, names }, now);
  if (freeze === null) return;
  const { scope, by, reason, until, operation } = freeze;
  throw new VigieError('frozen', { scope: scope === '*' ? null : scope, by, reason, until, freeze: operation });
}
