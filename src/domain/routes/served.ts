import type { Problem } from '#kernel/errors.ts';
import type { Condition } from './condition.ts';
import type { Exposure, LabelRouter } from './labels.ts';

/** A service of the Swarm, as far as its routes are concerned. */
export interface RoutedService {
  readonly name: string;
  /** Null: one task on each node. */
  readonly replicas: number | null;
  readonly running: number;
  readonly exposure: Exposure;
  readonly routers: readonly LabelRouter[];
  /** The network over which Traefik is told to reach it; null: any that they share. */
  readonly network: string | null;
  /** Names of the networks that its tasks are on. */
  readonly networks: readonly string[];
  /** It is Traefik itself. */
  readonly proxy: boolean;
}

/** A router as Traefik says that it serves it. */
export interface ServedRouter {
  /** Without the provider behind it: `pad` of `pad@docker`. */
  readonly name: string;
  /** `docker`, `swarm`, `file`, `internal`, … */
  readonly provider: string;
  readonly protocol: 'http' | 'tcp';
  readonly rule: string;
  /** Null where vigie can't read the rule. */
  readonly condition: Condition | null;
  readonly hosts: readonly string[];
  /** Null: Traefik 1 doesn't say it. */
  readonly tls: boolean | null;
  /** Traefik's own word on it. */
  readonly status: 'enabled' | 'warning' | 'disabled';
  readonly errors: readonly string[];
  /** Where it sends requests; `up` is null where nothing checks it. */
  readonly servers: readonly { readonly url: string; readonly up: boolean | null }[];
}

export interface TraefikView {
  /** 2 stands for 3 too. */
  readonly generation: 1 | 2;
  readonly routers: readonly ServedRouter[];
}

/** What one Traefik answered, or why it didn't. */
export interface TraefikAnswer {
  /** As the configuration calls it. */
  readonly name: string;
  readonly view: TraefikView | null;
  readonly problem: Problem | null;
}

/** What labels don't say and Traefik's own configuration decides. */
export interface RouteSettings {
  readonly exposedByDefault: boolean;
  /** Entry points that speak TLS whatever the router says. */
  readonly tlsEntryPoints: readonly string[];
}

/** Both witnesses of what is routed. */
export interface Routing {
  readonly services: readonly RoutedService[];
  readonly traefiks: readonly TraefikAnswer[];
  readonly settings: RouteSettings;
}
