import type { Mark } from '#domain/chart.ts';
import type { Operation } from '#domain/operation/operation.ts';
import type { ReadClients } from '#ports/clients.ts';

/** What can be told apart below a chart; of more, the newest. */
const SHOWN = 12;
/** Of one name, how far back they are looked through. */
const LOOKED_THROUGH = 200;
/** What changes what is measured. */
const TOLD: ReadonlySet<string> = new Set([
  'deploy',
  'rollback',
  'scale',
  'restart',
  'snapshot',
  'snapshot-delete',
  'revert',
  'backup',
  'restore',
  'restore-undo',
  'restore-vm',
  'restore-vm-undo',
  'drill',
  'start',
  'stop',
  'reboot',
  'migrate',
  'evacuate',
  'evacuate-undo',
  'drain',
  'activate',
  'heal',
  'raid-check',
  'raid-add',
  'clean',
  'power-on',
  'power-off',
  'power-cycle',
  'reset',
  'failover',
  'failback',
  'dns-set',
  'maintenance',
]);

/** A mark with what its line below the chart says besides. */
export type ToldMark = Mark & {
  readonly id: string;
  /** Who asked for it; null for an alert. */
  readonly by: string | null;
  /** It came to no good end. */
  readonly failed: boolean;
};

interface Asked {
  readonly operations: Pick<ReadClients['operations'], 'list'>;
  readonly alerts: Pick<ReadClients['alerts'], 'fired'>;
  readonly inventory: Pick<ReadClients['inventory'], 'namesOf'>;
}

/** What vigie knows to have happened to these within a span, oldest first and numbered; `more` is how many older ones there are. */
export async function marksOf(
  { operations, alerts, inventory }: Asked,
  targets: readonly string[],
  span: { readonly from: number; readonly to: number },
): Promise<{ readonly marks: readonly ToldMark[]; readonly more: number }> {
  const names = [...new Set(targets.flatMap((name) => [name, ...inventory.namesOf(name)]))];
  const [fired, ...done] = await Promise.all([
    alerts.fired(names, span),
    ...names.map((target) => operations.list({ open: false, limit: LOOKED_THROUGH, target })),
  ]);
  const all = [
    ...done.flat().flatMap((operation) => markOf(operation)),
    ...fired.map(({ id, rule, at }) => ({ at, kind: 'alert', of: rule, id, by: null, failed: false })),
  ].filter(({ at }) => at >= span.from && at <= span.to);
  const sorted = all.toSorted((one, other) => one.at - other.at);
  const shown = sorted.slice(-SHOWN);
  return { marks: shown.map((mark, index) => ({ ...mark, number: index + 1 })), more: sorted.length - shown.length };
}

function markOf({ id, action, target, dryRun, startedAt, requester, state }: Operation): readonly Omit<ToldMark, 'number'>[] {
  if (startedAt === null || dryRun || !TOLD.has(action)) return [];
  const failed = state === 'failed' || state === 'indeterminate';
  return [{ at: startedAt, kind: action, of: target ?? '', id, by: requester.username, failed }];
}
