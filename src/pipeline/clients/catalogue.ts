import type { ActionEntry, Catalogue } from '#ports/clients.ts';
import { leastRisk, mayAskFor, requirementOf } from '../operation/authorize.ts';
import type { Entry } from '../operation/catalogue.ts';
import type { Context } from '../operation/context.ts';

/** The actions that there are, as `help` shows them. */
export function catalogueOf(context: Context): Catalogue {
  const toEntry = (entry: Entry): ActionEntry => ({
    family: entry.family,
    shape: entry.shape,
    kind: entry.handler.kind,
    risk: entry.handler.kind === 'action' && typeof entry.handler.risk !== 'string' ? null : leastRisk(entry),
    ...askedFor(context, entry),
  });
  const all = [...context.entries.values()];
  return {
    names: context.vocabulary.names,
    examples: (id) => context.examplesOf(id),
    allowed: (person) => all.filter((entry) => mayAskFor(person, requirementOf(context, entry, null, leastRisk(entry)).roles)).map(toEntry),
    find(word) {
      const shape = context.vocabulary.shape(word);
      const entry = shape === null ? undefined : context.entries.get(shape.id);
      // Its options have a name in each language, as those who type them use.
      return entry === undefined || shape === null ? null : { ...toEntry(entry), shape };
    },
  };
}

function askedFor(context: Context, entry: Entry): Pick<ActionEntry, 'approvers' | 'approvedBy'> {
  const { approvers, approvedBy } = requirementOf(context, entry, null, leastRisk(entry));
  return { approvers, approvedBy };
}
