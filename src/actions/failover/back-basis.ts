import type { JsonObject } from '#kernel/json.ts';
import type { Move, Stay } from '../guest/moves.ts';
import type { MachineBasis } from '../machine/basis.ts';
import type { NameBasis } from '../network/set-name.ts';
import type { NodeBasis } from '../service/node.ts';
import { movingLocks, type AddressMove } from './basis.ts';

/** What can't go back now, and why. */
export type Left = { readonly kind: 'name' | 'address' | 'node' | 'guest'; readonly name: string; readonly problem: JsonObject };

/** What of a failover is still elsewhere, and goes back. */
export type FailbackBasis = MachineBasis & {
  /** The failover that is undone. */
  readonly undoes: string;
  readonly at: number;
  readonly nodes: readonly NodeBasis[];
  readonly moves: readonly AddressMove[];
  readonly dns: readonly NameBasis[];
  /** Servers of those names that don't answer now. */
  readonly dns_silent: readonly string[];
  /** None of them copies its disks: both machines have them, or a job brings them home first. */
  readonly guests: readonly Move[];
  /** Guests that their machine can't take now. */
  readonly stays: readonly Stay[];
  readonly left: readonly Left[];
};

export function failbackLocks(basis: FailbackBasis): readonly string[] {
  return movingLocks(
    basis,
    basis.guests.map(({ guest }) => guest),
  );
}
