import type { JsonObject } from '#kernel/json.ts';
import type { OperationsReader, PeopleReader } from '#ports/clients.ts';
import type { AuditRecord } from '#ports/store.ts';

interface Named {
  readonly people: Pick<PeopleReader, 'nameOf'>;
  readonly operations: Pick<OperationsReader, 'find'>;
}

/**
 * The audit as people read it: all that happened to one operation is one row, where it last stood; everything else is a row of its own.
 * @returns `{ at, kind, by, action, target, operation, approvers, said }`, oldest first
 */
export async function auditRows(entries: readonly AuditRecord[], clients: Named): Promise<readonly JsonObject[]> {
  const stories = new Map<string, AuditRecord[]>();
  for (const entry of entries) {
    const key = entry.operation ?? `entry:${entry.seq}`;
    stories.set(key, [...(stories.get(key) ?? []), entry]);
  }
  const rows = await Promise.all([...stories.values()].map((story) => rowOf(story, clients)));
  return rows.toSorted((a, b) => Number(a['at']) - Number(b['at']));
}

/** Notes of the way, which say nothing of where it stands. */
const ASIDE: ReadonlySet<string> = new Set(['voted', 'reminded', 'withdrawn', 'planned', 'held']);

async function rowOf(story: readonly AuditRecord[], { people, operations }: Named): Promise<JsonObject> {
  const last = story.findLast(({ kind }) => !ASIDE.has(kind)) ?? story.at(-1);
  const first = story[0];
  if (last === undefined || first === undefined) return {};
  const operation = last.operation === null ? null : await operations.find(last.operation);
  const nameOf = (entry: AuditRecord): string => textIn(entry.detail, 'username') ?? people.nameOf(entry.by) ?? entry.by;
  return {
    at: last.at,
    kind: last.kind,
    operation: last.operation,
    by: operation?.requester.username ?? nameOf(first),
    action: operation?.action ?? textIn(first.detail, 'action'),
    target: operation?.target ?? textIn(first.detail, 'target'),
    approvers: story.flatMap((entry) => (isApproval(entry) ? [nameOf(entry)] : [])),
    said: textIn(last.detail, 'said') ?? textIn(last.detail, 'name'),
  };
}

function isApproval({ kind, detail }: AuditRecord): boolean {
  return kind === 'voted' && detail['verdict'] === 'approve' && detail['not_counted'] === null;
}

function textIn(detail: JsonObject, key: string): string | null {
  const value = detail[key];
  return typeof value === 'string' ? value : null;
}
