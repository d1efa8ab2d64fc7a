import { isOpenEmergency, type Operation } from '#domain/operation/operation.ts';
import type { State } from '#domain/operation/states.ts';
import type { Operations } from '#ports/clients.ts';
import { apply } from '../operation/apply.ts';
import { findOperation } from '../operation/vote.ts';
import type { Context } from '../operation/context.ts';

const OPEN: ReadonlySet<State> = new Set(['received', 'waiting', 'approved', 'running', 'indeterminate']);
/** More than are open at a time. */
const ALL_OPEN = 500;

/** Operations and their stories. */
export function operationsOf(context: () => Context): Operations {
  const store = () => context().store;
  return {
    async list({ open, limit, target }) {
      const found = await store().operations.operations({ limit: open ? ALL_OPEN : limit, ...(target === undefined ? {} : { target }) });
      return (open ? found.filter(isOpen) : found).slice(0, limit);
    },
    find: (id) => store().operations.operation(id),
    get: (id) => findOperation(context(), id),
    trail: (operation) => store().audit.entries({ since: 0, limit: 50, operation }),
    audit: (since, limit) => store().audit.entries({ since, limit }),
    async settle(id, outcome, reason, by) {
      await apply(context(), id, { kind: 'settled', by, outcome, reason });
    },
    async close(id, by) {
      await apply(context(), id, { kind: 'closed', by });
    },
  };
}

function isOpen(operation: Operation): boolean {
  return OPEN.has(operation.state) || isOpenEmergency(operation);
}
