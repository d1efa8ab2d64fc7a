import type { Problem } from '#kernel/errors.ts';
import type { SearchRequest } from '#ports/search.ts';

/**
 * What can go wrong: nobody answers; not in time; what answers is no Elasticsearch; access is denied; 429; 503; an answer of
 * some shards only; one without another cluster that it names, `far`; a search that makes no sense; one whose answer would be too large;
 * one for which the node as a whole has no memory left.
 */
export type SearchFault =
  | 'unreachable'
  | 'timeout'
  | 'garbage'
  | 'refused'
  | 'throttled'
  | 'unavailable'
  | 'partial'
  | 'skipped'
  | 'nonsense'
  | 'too large'
  | 'no memory';

type Concerns = (request: SearchRequest) => boolean;

interface SingleFault {
  readonly fault: SearchFault;
  readonly concerns: Concerns;
  left: number;
}

/** Faults that a test has asked for. */
export class SearchFaults {
  readonly #cluster: string;
  #whole: { readonly fault: SearchFault; left: number } | null = null;
  #singles: SingleFault[] = [];

  constructor(cluster: string) {
    this.#cluster = cluster;
  }

  /** Every round trip fails, or the next `times`, until it is called with null. */
  all(fault: SearchFault | null, times = Number.POSITIVE_INFINITY): void {
    this.#whole = fault === null ? null : { fault, left: times };
  }

  /** The searches concerned fail, each by itself, while those beside them work. */
  searches(fault: SearchFault, concerns: Concerns = () => true, times = Number.POSITIVE_INFINITY): void {
    this.#singles.push({ fault, concerns, left: times });
  }

  /** Everything works again. */
  clear(): void {
    this.#whole = null;
    this.#singles = [];
  }

  /** The problem of a whole round trip, if one is due. */
  takeWhole(): Problem | null {
    if (this.#whole === null || this.#whole.left === 0) return null;
    this.#whole.left -= 1;
    return this.problemOf(this.#whole.fault);
  }

  /** The problem of one search, if one is due. */
  take(request: SearchRequest): Problem | null {
    const due = this.#singles.find(({ left, concerns }) => left > 0 && concerns(request));
    if (due === undefined) return null;
    due.left -= 1;
    return byItself(this.problemOf(due.fault));
  }

  problemOf(fault: SearchFault): Problem {
    const cluster = this.#cluster;
    const host = `memory:${cluster}`;
    switch (fault) {
      case 'unreachable':
        return { code: 'search_unreachable', params: { cluster, host, reason: 'connect ECONNREFUSED' } };
      case 'timeout':
        return { code: 'search_unreachable', params: { cluster, host, reason: 'no answer within 10000 ms' } };
      case 'garbage':
        return { code: 'search_unreachable', params: { cluster, host, reason: 'what answers there is no Elasticsearch' } };
      case 'refused':
        return { code: 'search_refused', params: { cluster, status: 403, reason: 'action is unauthorized' } };
      case 'throttled':
        return { code: 'search_busy', params: { cluster, status: 429 } };
      case 'unavailable':
        return { code: 'search_busy', params: { cluster, status: 503 } };
      case 'partial':
        return { code: 'search_incomplete', params: { cluster, reason: '1 of 2 shards failed' } };
      case 'skipped':
        return { code: 'search_incomplete', params: { cluster, reason: '1 remote clusters skipped', skipped: true, clusters: 'far' } };
      case 'nonsense':
        return { code: 'search_refused', params: { cluster, status: 400, reason: 'no such field' } };
      case 'too large':
        return { code: 'search_too_large', params: { cluster, reason: 'Trying to create too many buckets' } };
      case 'no memory':
        return { code: 'search_too_large', params: { cluster, reason: '[parent] Data too large', node: true } };
      default:
        return fault satisfies never;
    }
  }
}

/** Of one search in an answer. */
function byItself(problem: Problem): Problem {
  return problem.code === 'search_busy' ? { code: 'search_rejected', params: { ...problem.params, reason: 'queue is full' } } : problem;
}
