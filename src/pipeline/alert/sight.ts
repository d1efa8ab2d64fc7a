import type { Problem } from '#kernel/errors.ts';
import type { Outcome } from '#domain/alert/transition.ts';
import type { Trouble } from '#domain/alert/trouble.ts';
import type { Result } from './polling.ts';
import { isOfNode } from './turns.ts';

/** A cluster that vigie doesn't see. */
interface Lost {
  /** Since when, ms. */
  readonly since: number;
  readonly reason: string;
}

/** Which clusters are out of sight. */
export interface Sight {
  readonly lost: ReadonlyMap<string, Lost>;
  /** What came of the looks of one tick. */
  note(results: readonly Result[], now: number): void;
}

/** Nobody answers, or not to this account: it is the connection's fault, whichever rule asked. */
const CONNECTION: readonly Problem['code'][] = ['search_unreachable', 'search_busy'];
/** One search's fault, or of all. */
const DOUBTFUL: readonly Problem['code'][] = ['search_incomplete', 'search_rejected'];
const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

type Failure = Extract<Outcome, { readonly ok: false }>;

/**
 * A cluster is out of sight when nothing that was asked of it was answered, and in sight again with the first answer. What a rule is refused for is
 * its own fault, however often it asks: access, missing shards and a node without room are the cluster's only where no rule at all has had an answer since.
 *
 * @param known out of sight when vigie ended
 */
export function createSight(known: readonly Trouble[]): Sight {
  const lost = new Map<string, Lost>(known.map(({ key: { cluster = '' }, since, value }) => [cluster, { since, reason: String(value) }]));
  /** By cluster, the rules whose last look was answered. */
  const answered = new Map<string, Set<string>>();
  return {
    lost,
    note(results, now) {
      const looks = results.filter(({ rule }) => rule.kind.type !== 'probe');
      for (const [cluster, list] of Map.groupBy(looks, ({ rule }) => rule.cluster)) {
        const well = answered.get(cluster) ?? new Set();
        answered.set(cluster, well);
        for (const { rule, outcome } of list)
          if (outcome.ok || isOwnFault(outcome)) well.add(rule.name);
          else well.delete(rule.name);
        const failures = list.map(({ outcome }) => outcome).filter((outcome) => !outcome.ok);
        const [first] = failures;
        const isLost = failures.length === list.length && (failures.every(isOfConnection) || well.size === 0);
        if (first === undefined || !isLost) lost.delete(cluster);
        else
          lost.set(cluster, {
            since: lost.get(cluster)?.since ?? now,
            reason: String(first.problem.params['reason'] ?? first.problem.code),
          });
      }
    },
  };
}

function isOfConnection({ problem: { code, params } }: Failure): boolean {
  return CONNECTION.includes(code) || (code === 'search_refused' && params['status'] === UNAUTHORIZED);
}

/** The cluster has answered: this rule asks what nobody could answer. */
function isOwnFault(failure: Failure): boolean {
  const { code, params } = failure.problem;
  if (isOfConnection(failure) || DOUBTFUL.includes(code)) return false;
  return !(code === 'search_refused' && params['status'] === FORBIDDEN) && !isOfNode(failure.problem);
}
