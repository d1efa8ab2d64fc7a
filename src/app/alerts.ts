import type { Rule } from '#domain/alert/rule.ts';
import type { Directory } from '#ports/chat.ts';
import type { Prober } from '#ports/prober.ts';
import { alertTimesOf, pagerWaysOf } from '#config/alert-parts.ts';
import type { Config } from '#config/schema.ts';
import { probeRule } from '#pipeline/alert/probe-look.ts';
import type { AlertParts } from '#pipeline/alert/start.ts';
import type { RotaBook } from '#pipeline/people/rota.ts';

export interface AlertWays {
  readonly directory: Pick<Directory, 'channel'>;
  /** Id of the operations channel. */
  readonly operationsChannel: string;
  readonly prober: Prober;
  readonly rota: RotaBook | null;
}

/** What alerts are made of, as the configuration says. */
export async function alertParts(
  config: Config,
  rules: readonly Rule[],
  { directory, operationsChannel, prober, rota }: AlertWays,
): Promise<AlertParts> {
  return {
    rules,
    settings: {
      channel: await channelId(directory, config.alerts.channel, operationsChannel),
      channels: await channelsOf(directory, rules),
      hostNames: Object.entries(config.hosts).map(([name, { aliases }]) => [name, ...aliases]),
      ...alertTimesOf(config),
      pagers: pagerWaysOf(config),
    },
    onCall: (now) => rota?.names(now) ?? { current: null, next: [] },
    probe: async (rule, memory, now, signal) => ({ ok: true, look: await probeRule(rule, { memory, now }, prober, signal) }),
  };
}

/** Ids of the channels that rules name; one that isn't there is left out, and the usual one takes its alerts. */
export async function channelsOf(directory: Pick<Directory, 'channel'>, rules: readonly Rule[]): Promise<Readonly<Record<string, string>>> {
  const names = [...new Set(rules.flatMap((rule) => rule.channel ?? []))];
  const found = await Promise.all(names.map(async (name) => [name, await channelId(directory, name, '')] as const));
  return Object.fromEntries(found.filter(([, id]) => id !== ''));
}

/** Mattermost may be away at this moment: then the alerts go where all else goes. */
async function channelId(directory: Pick<Directory, 'channel'>, name: string | undefined, otherwise: string): Promise<string> {
  if (name === undefined) return otherwise;
  const channel = await directory.channel(name).catch(() => null);
  return channel?.id ?? otherwise;
}
