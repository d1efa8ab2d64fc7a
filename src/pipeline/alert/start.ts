import type { Clock } from '#kernel/clock.ts';
import type { Loop } from '#kernel/loop.ts';
import type { OnCall } from '#domain/alert/oncall.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { AlertSettings } from '#domain/alert/settings.ts';
import { SYSTEM_RULE_NAMES, systemRule } from '#domain/alert/system.ts';
import type { Search } from '#ports/search.ts';
import type { Store } from '#ports/store.ts';
import type { Log } from '../operation/workshop.ts';
import { openDesk, type Desk, type DeskOptions } from './desk.ts';
import { lookAt } from './look.ts';
import { startPolling } from './poll.ts';
import type { PollOptions } from './polling.ts';

/** What alerts are made of, apart from what the rest of vigie has too. */
export interface AlertParts {
  readonly rules: readonly Rule[];
  readonly settings: AlertSettings;
  readonly onCall: (now: number) => OnCall;
  readonly chart: DeskOptions['chart'];
  readonly probe: PollOptions['probe'];
}

export interface Alerting {
  readonly desk: Desk;
  /** Looks from now on: the words of what it finds have somewhere to go. */
  begin(): void;
  /** Takes other rules, and says so. */
  replaceRules(rules: readonly Rule[]): Promise<void>;
  /** The rules were changed, and are wrong: the former ones stay, and the channel learns why. */
  refuseRules(problems: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

interface Surroundings {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly searches: ReadonlyMap<string, Search>;
  readonly wake: () => void;
}

/** Lines of problems that are shown in the channel; `vigie check` shows all. */
const PROBLEMS = 10;
const MONTH_MS = 30 * 86_400_000;

export async function startAlerts(parts: AlertParts, surroundings: Surroundings): Promise<Alerting> {
  const { store, clock, log, searches } = surroundings;
  let rules = byName(parts.rules);
  await store.alerts.prune(clock.now() - MONTH_MS);
  const desk = await openDesk({ ...parts, store, clock, settings: () => parts.settings, rules: () => rules, wake: surroundings.wake });
  let polling: Loop | null = null;
  const announce = (section: string, data: { readonly total?: number; readonly text?: string }): Promise<unknown> =>
    desk.change((book, now) => ({
      book,
      say: [
        {
          kind: 'create',
          key: `${section}:${now}`,
          to: { channel: parts.settings.channel, root: null, underKey: null },
          message: { template: `alert-story:${section}`, data },
          seeds: [],
        },
      ],
    }));
  return {
    desk,
    begin() {
      polling = startPolling({ desk, clock, log, searches, rules: () => rules, look: lookAt, probe: parts.probe });
    },
    async replaceRules(next) {
      rules = byName(next);
      await announce('rules-loaded', { total: next.length });
      polling?.wake();
    },
    async refuseRules(problems) {
      const more = problems.length > PROBLEMS ? [`… and ${problems.length - PROBLEMS} more: vigie check`] : [];
      await announce('rules-refused', { text: [...problems.slice(0, PROBLEMS), ...more].join('\n') });
    },
    async stop() {
      await polling?.stop();
    },
  };
}

function byName(rules: readonly Rule[]): ReadonlyMap<string, Rule> {
  return new Map([...SYSTEM_RULE_NAMES.map(systemRule), ...rules].map((rule) => [rule.name, rule]));
}
