import { requirementFor } from '#domain/operation/policy.ts';
import type { ActionEntry, Catalogue } from '#ports/clients.ts';
import { leastRisk, mayAskFor } from '../operation/authorize.ts';
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
    allowed: (person) =>
      all
        .filter((entry) => {
          const subject = { action: entry.handler.id, target: null, environment: null, risk: leastRisk(entry) };
          return mayAskFor(person, requirementFor(context.policy, subject).roles);
        })
        .map(toEntry),
    find(word) {
      const shape = context.vocabulary.shape(word);
      const entry = shape === null ? undefined : context.entries.get(shape.id);
      return entry === undefined ? null : toEntry(entry);
    },
  };
}

function askedFor({ policy }: Context, entry: Entry): Pick<ActionEntry, 'approvers' | 'approvedBy'> {
  const subject = { action: entry.handler.id, target: null, environment: null, risk: leastRisk(entry) };
  const { approvers, approvedBy } = requirementFor(policy, subject);
  return { approvers, approvedBy };
}
