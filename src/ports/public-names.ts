import { VigieError } from '#kernel/errors.ts';
import { asked } from '#domain/routes/judge.ts';
import type { NamesReader } from './names.ts';
import type { RoutesReader } from './routes.ts';

/** Who knows public names; null where nobody configured it. */
export interface NameSources {
  readonly names: NamesReader;
  readonly routes: RoutesReader | null;
}

/**
 * The public names of the house: those of the configuration, then those that its routes are for, each once.
 * @throws whatever the Swarm throws that is configured and doesn't answer
 */
export async function publicNames({ names, routes }: NameSources, signal?: AbortSignal): Promise<readonly string[]> {
  const routed = routes === null ? [] : await routedNames(routes, signal);
  return [...new Set([...names.list(), ...routed])];
}

/** A name without a dot is one of a network of its own. */
async function routedNames(routes: RoutesReader, signal: AbortSignal | undefined): Promise<readonly string[]> {
  try {
    const routers = asked({ services: await routes.labelled(signal), settings: routes.settings() });
    return [...new Set(routers.flatMap(({ router }) => router.hosts))].filter((name) => name.includes('.')).toSorted();
  } catch (error) {
    if (error instanceof VigieError && ['routes_not_configured', 'swarm_not_configured'].includes(error.code)) return [];
    throw error;
  }
}
