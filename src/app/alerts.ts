import { systemClock } from '#kernel/clock.ts';
import type { Pager } from '#ports/pager.ts';
import type { Swarm } from '#ports/swarm.ts';
import { alertTimesOf } from '#config/alert-parts.ts';
import type { Config } from '#config/schema.ts';
import { probeRule } from '#pipeline/alert/probe-look.ts';
import type { AlertParts } from '#pipeline/alert/start.ts';
import type { RotaBook } from '#pipeline/rota.ts';

/**
 * What alerts are made of, as the configuration says.
 * @param channel id of the operations channel
 */
export async function alertParts(
  config: Config,
  channel: string,
  pagers: ReadonlyMap<string, Pager>,
  swarm: Swarm | null,
  rota: RotaBook | null,
): Promise<AlertParts> {
  const { createProber } = await import('#adapters/probe/prober.ts');
  const prober = createProber({ clock: systemClock, swarm, proxmox: null });
  return {
    rules: [],
    settings: {
      channel,
      channels: {},
      ...alertTimesOf(config),
      escalateAfterMs: 600_000,
      pagers: pagersByWay(config, pagers),
    },
    onCall: (now) => rota?.names(now) ?? { current: null, next: [] },
    chart: async () => null,
    probe: async (rule, memory, now, signal) => ({ ok: true, look: await probeRule(rule, memory, now, prober, signal) }),
  };
}

/** E-mail is the second way, for what nobody took, unless there is no other. */
function pagersByWay(config: Config, pagers: ReadonlyMap<string, Pager>): AlertParts['settings']['pagers'] {
  const names = [...pagers.keys()];
  const loud = names.filter((name) => config.pagers[name]?.type !== 'email');
  return { first: loud.length > 0 ? loud : names, second: names.filter((name) => loud.length === 0 || !loud.includes(name)) };
}
