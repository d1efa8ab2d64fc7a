import type { Config } from '#config/schema.ts';
import type { AlertParts } from '#pipeline/alert/start.ts';

/** Alerts without rules: vigie's own remain. */
export function quietAlerts(config: Config, channel: string): AlertParts {
  return {
    rules: [],
    settings: {
      channel,
      channels: {},
      groupWaitMs: 30_000,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 4 * 3_600_000,
      postsPerMinute: 20,
      quietHours: null,
      windows: [],
      timezone: config.timezone,
      escalateAfterMs: 600_000,
      pagers: { first: [], second: [] },
    },
    onCall: () => ({ current: null, next: [] }),
    chart: async () => null,
    probe: async () => ({ ok: true, look: { findings: [], reports: [], memory: {} } }),
  };
}
