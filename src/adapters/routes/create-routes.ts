import { problemOf, VigieError } from '#kernel/errors.ts';
import type { RouteSettings, TraefikAnswer } from '#domain/routes/served.ts';
import type { Routes } from '#ports/routes.ts';
import { labelledServices, type LabelSource } from './labelled.ts';
import { TraefikApi, type ApiOptions } from './traefik-api.ts';
import { viewOfV1 } from './traefik-v1.ts';
import { viewOfV2 } from './traefik-v2.ts';

export interface RoutesOptions {
  /** Null: no Swarm is configured, and there are no labels. */
  readonly swarm: LabelSource | null;
  /** Traefiks by the names that the configuration gives them. */
  readonly apis: Readonly<Record<string, ApiOptions>>;
  readonly settings: RouteSettings;
}

export interface RoutesConnection extends Routes {
  close(): Promise<void>;
}

/** What Traefik routes, by the labels of a Swarm and by its own API. Nothing is asked before the first call. */
export function createRoutes({ swarm, apis, settings }: RoutesOptions): RoutesConnection {
  const traefiks = Object.entries(apis).map(([name, options]) => ({ name, api: new TraefikApi(options) }));
  return {
    settings: () => settings,
    async labelled(signal) {
      if (swarm === null) throw new VigieError('swarm_not_configured');
      return await labelledServices(swarm, signal);
    },
    served: (signal) => Promise.all(traefiks.map(({ name, api }) => answerOf(name, api, signal))),
    async close() {
      for (const { api } of traefiks) await api.close();
    },
  };
}

async function answerOf(name: string, api: TraefikApi, signal: AbortSignal | undefined): Promise<TraefikAnswer> {
  try {
    const view = (await viewOfV2(api, signal)) ?? (await viewOfV1(api, signal));
    if (view !== null) return { name, view, problem: null };
    throw new VigieError('traefik_refused', { host: api.host, reason: 'there is no API of Traefik here' });
  } catch (error) {
    if (!(error instanceof VigieError)) throw error;
    return { name, view: null, problem: problemOf(error) };
  }
}
