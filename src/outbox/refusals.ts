import type { Clock } from '#kernel/clock.ts';
import { problemOf, type Problem } from '#kernel/errors.ts';
import { EVERY_PAGER, forEach, type PageOrder } from '#domain/alert/page.ts';
import { SEVERITIES, type Severity } from '#domain/alert/rule.ts';
import type { PendingEntry, Store } from '#ports/store.ts';

/** What is done when the chat server takes something nowhere, or elsewhere than it was meant. */
export interface Refusals {
  /** Said in the operations channel instead. */
  moved(say: PendingEntry, why: unknown): Promise<void>;
  /** Refused everywhere, however plain. @returns whether it is to be tried again */
  refused(say: PendingEntry, problem: Problem): Promise<'keep' | 'give-up'>;
}

const ALERTS: ReadonlySet<string> = new Set(['alert', 'alert-digest']);

export function createRefusals(store: Pick<Store, 'operations'>, pagers: readonly string[], clock: Clock): Refusals {
  /** Alerts that were paged for: once for each while vigie lives, and once for each key for ever. */
  const told = new Set<string>();
  const note = async (kind: 'said-elsewhere' | 'unsaid', say: PendingEntry, problem: Problem): Promise<void> => {
    const once = `${kind}:${say.key}`;
    if (told.has(once)) return;
    told.add(once);
    const detail = { key: say.key, template: say.message.template, channel: say.to.channel, problem: { ...problem } };
    const pages = ALERTS.has(say.message.template) ? forEach([pageOf(once, say, problem, clock.now())], pagers) : [];
    await store.operations.commit({ audit: [{ kind, operation: null, by: 'vigie', detail }], pages });
  };
  return {
    moved: (say, why) => note('said-elsewhere', say, problemOf(why)),
    async refused(say, problem) {
      await note('unsaid', say, problem);
      return ALERTS.has(say.message.template) ? 'keep' : 'give-up';
    },
  };
}

function pageOf(key: string, { message: { data } }: PendingEntry, problem: Problem, now: number): PageOrder {
  const where = typeof data['where'] === 'string' ? data['where'] : '';
  const section = key.startsWith('unsaid') ? 'unsaid' : 'said-elsewhere';
  const page = { where, problem: { ...problem } };
  return { key, pager: EVERY_PAGER, severity: severityIn(data['severity']), section, data: page, person: null, notBefore: now };
}

function severityIn(said: unknown): Severity {
  return SEVERITIES.find((each) => each === said) ?? 'warning';
}
