import type { Clock } from '#kernel/clock.ts';
import { forEach } from '#domain/alert/page.ts';
import type { OperationStore } from '#ports/store.ts';
import type { PeopleOptions } from './people.ts';
import { troubleCommit } from './trouble.ts';

interface Ways {
  readonly store: { readonly operations: Pick<OperationStore, 'commit'> };
  readonly clock: Clock;
  readonly operationsChannel: string;
  readonly pagers: readonly string[];
}

/** Names that were pinned are audited; troubles are said in the operations channel and paged besides, once each. */
export async function tellOfPeople(
  { store, clock, operationsChannel, pagers }: Ways,
  { pinned, troubles }: Parameters<PeopleOptions['tell']>[0],
): Promise<void> {
  const told = troubles.map((trouble) => troubleCommit(trouble, operationsChannel, clock.now()));
  await store.operations.commit({
    audit: [
      ...pinned.map(({ kind, name, id }) => ({ kind: 'pinned', operation: null, by: 'vigie', detail: { what: kind, name, id } })),
      ...told.flatMap(({ audit = [] }) => audit),
    ],
    say: told.flatMap(({ say = [] }) => say),
    pages: told.flatMap(({ pages = [] }) => forEach(pages, pagers)),
  });
}
