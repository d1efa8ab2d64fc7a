import type { Clock } from '#kernel/clock.ts';
import type { Loop } from '#kernel/loop.ts';
import type { OnCall } from '#domain/alert/oncall.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { AlertSettings } from '#domain/alert/settings.ts';
import { SYSTEM_RULE_NAMES, systemRule } from '#domain/alert/system.ts';
import type { Search } from '#ports/search.ts';
import type { Store } from '#ports/store.ts';
import type { Log } from '#ports/log.ts';
import { watchClocks } from './clocks.ts';
import { openDesk, type Desk, type DeskOptions } from './desk.ts';
import { drawAlert } from './draw.ts';
import { dropUnreasonable } from './inherited.ts';
import { guardLooks } from './guarded-look.ts';
import { lookAt } from './look.ts';
import { startPolling } from './poll.ts';
import type { PollOptions } from './polling.ts';
import { watchSources } from './sources.ts';

/** What alerts are made of, apart from what the rest of vigie has too. */
export interface AlertParts {
  readonly rules: readonly Rule[];
  readonly settings: AlertSettings;
  readonly onCall: (now: number) => OnCall;
  readonly probe: PollOptions['probe'];
}

export interface Alerting {
  readonly desk: Desk;
  /** Looks from now on: the words of what it finds have somewhere to go. */
  begin(): void;
  /** Takes other rules, and says so. @param channels ids of the channels that they name */
  replaceRules(rules: readonly Rule[], channels: Readonly<Record<string, string>>): Promise<void>;
  /** The rules were changed, and are wrong: those in force stay, and the channel learns why. */
  refuseRules(problems: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

interface Surroundings {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly searches: ReadonlyMap<string, Search>;
  readonly wake: () => void;
  readonly troubles: NonNullable<PollOptions['troubles']>;
}

/** Lines of problems that are shown in the channel; `vigie check` shows all. */
const PROBLEMS = 10;
const MONTH_MS = 30 * 86_400_000;

export async function startAlerts(parts: AlertParts, surroundings: Surroundings): Promise<Alerting> {
  const { store, clock, log, searches } = surroundings;
  let rules = byName(parts.rules);
  let settings = parts.settings;
  const probing = new Set<string>();
  await store.alerts.prune(clock.now() - MONTH_MS);
  const chart: DeskOptions['chart'] = (rule, alert, memory, now) => drawAlert(searches, { rule, alert, memory }, now);
  const desk = await openDesk({
    ...parts,
    chart,
    probing,
    store,
    clock,
    settings: () => settings,
    rules: () => rules,
    wake: surroundings.wake,
  });
  await dropUnreasonable(desk, parts.settings.channel);
  const guarded = await guardLooks(lookAt, store.cursors, clock, log);
  const kept = { facts: store.cursors, clock, log };
  const sources = await watchSources(kept);
  const clocks = await watchClocks({ searches, ...kept });
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
      polling = startPolling({
        desk,
        clock,
        log,
        searches,
        troubles: surroundings.troubles,
        rules: () => rules,
        look: sources.guarding(guarded.look),
        sources,
        clocks,
        suspects: guarded.suspects,
        probing,
        probe: parts.probe,
      });
    },
    async replaceRules(next, channels) {
      rules = byName(next);
      settings = { ...settings, channels };
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
