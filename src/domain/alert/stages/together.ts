import { isActive, type Alert } from '../alert.ts';
import { wasTold } from '../group.ts';
import type { Round, Stage, Withheld } from '../round.ts';
import { isCommonSilence, SEVERAL, silentWith } from '../together.ts';

/**
 * What fell silent together is one story: each alone is held back by it. Where somebody knows of nearly all of them otherwise (they are silenced, or
 * their machine is down), it is none.
 */
export const together: Stage = (round) => {
  const causes = [...round.book.alerts.values()].filter((alert) => isActive(alert) && isCommonSilence(alert));
  if (causes.length === 0) return round;
  const withheld = new Map<string, Withheld>(round.withheld);
  for (const cause of causes) {
    const members = silentWith(cause, round.book, round.rules);
    const [known] = members.flatMap(({ id }) => round.withheld.get(id) ?? []);
    const unknown = members.filter(({ id }) => !round.withheld.has(id));
    if (known !== undefined && unknown.length < SEVERAL && !isTold(round, cause))
      withheld.set(cause.id, round.withheld.get(cause.id) ?? known);
    else for (const { id } of unknown) withheld.set(id, { because: 'inhibited', by: cause.id });
  }
  return { ...round, withheld };
};

function isTold({ book }: Round, { id, group }: Alert): boolean {
  const its = book.groups.get(group ?? '');
  return its !== undefined && wasTold(its, id);
}
