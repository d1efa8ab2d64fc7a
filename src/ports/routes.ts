import type { RouteSettings, RoutedService, TraefikAnswer } from '#domain/routes/served.ts';

/**
 * What Traefik routes, by two witnesses: the labels of the Swarm's services, and Traefik's own word. When its signal aborts, a method rejects
 * with the signal's reason as it is. Where nothing is configured, each throws `routes_not_configured`.
 */
export interface RoutesReader {
  /** Services with labels of Traefik, and Traefik itself. @throws as `SwarmReader`; swarm_not_configured */
  labelled(signal?: AbortSignal): Promise<readonly RoutedService[]>;
  /** What each configured Traefik says, in the order of the configuration; one that doesn't answer says why (`traefik_unreachable`, `traefik_refused`). */
  served(signal?: AbortSignal): Promise<readonly TraefikAnswer[]>;
  /** What labels don't say. */
  settings(): RouteSettings;
}

/** Nothing of it is changed by vigie. */
export type Routes = RoutesReader;
