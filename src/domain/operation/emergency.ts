import { EVERY_PAGER, type PageOrder } from '../alert/page.ts';
import type { OutboxEntry } from '../outbox-entry.ts';
import { named } from './card.ts';
import type { Commit } from './commit.ts';
import { note } from './decide-plan.ts';
import type { Operation, Person } from './operation.ts';

/**
 * What is said when an emergency starts, in its thread and outside the chat; nothing for anything else. Before that nobody has
 * confirmed it, and nothing runs.
 * @param everybody who could have been the second person
 */
export function emergencyStarted(operation: Operation, everybody: readonly Person[], now: number): Pick<Commit, 'say' | 'pages'> {
  if (operation.emergency === null) return {};
  return { say: [told(operation, everybody)], pages: [emergencyPage(operation, operation.emergency, now)] };
}

/** An emergency replaces the second person, so everybody who could have been one is told. */
function told(operation: Operation, everybody: readonly Person[]): OutboxEntry {
  return note(operation, 'emergency', 'emergency', {
    requester: named(operation.requester),
    reason: operation.emergency,
    everybody: everybody.filter((person) => person.id !== operation.requester.id).map(named),
  });
}

/** Outside the chat too: an emergency is for everybody, also for those who don't look at it. */
function emergencyPage({ id, requester, action, target }: Operation, reason: string, now: number): PageOrder {
  const what = [action, target].filter((word) => word !== null).join(' ');
  const data = { id, requester: requester.username, action: what, reason };
  return { key: `emergency:${id}`, pager: EVERY_PAGER, severity: 'critical', section: 'emergency', data, person: null, notBefore: now };
}
