import type { Pager } from '#ports/pager.ts';
import type { Log } from '#ports/log.ts';
import { durationMs } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';

type PagerConfig = Config['pagers'][string];

/** The pagers of the configuration by name, in its order; null where it has none. Each adapter is loaded only if one needs it. */
export async function connectConfiguredPagers(config: Config['pagers'], log: Log): Promise<ReadonlyMap<string, Pager> | null> {
  if (Object.keys(config).length === 0) return null;
  const pagers = await Promise.all(
    Object.entries(config).map(async ([name, each]) => [name, await connectPager(name, each, log)] as const),
  );
  return new Map(pagers);
}

const MAIL_PORTS = { tls: 465, starttls: 587, none: 25 } as const;

async function connectPager(name: string, config: PagerConfig, log: Log): Promise<Pager> {
  const common = { name, minSeverity: config.min_severity, timeoutMs: durationMs(config.timeout) };
  switch (config.type) {
    case 'webhook': {
      const { createWebhook } = await import('#adapters/pager/webhook.ts');
      return createWebhook({ ...common, url: config.url, token: config.token ?? null, headers: config.headers });
    }
    case 'ntfy': {
      const { createNtfy } = await import('#adapters/pager/ntfy.ts');
      return createNtfy({ ...common, url: config.url, topic: config.topic, token: config.token ?? null, people: config.people });
    }
    case 'email': {
      const { createEmail } = await import('#adapters/pager/email.ts');
      const { host, security, ca = null, user, password, from, to, people } = config;
      const login = user === undefined || password === undefined ? null : { user, password };
      const port = config.port ?? MAIL_PORTS[security];
      return createEmail({ ...common, host, port, security, ca, login, from, to, people, warn: (data, text) => log.warn(data, text) });
    }
    default:
      return config satisfies never;
  }
}
