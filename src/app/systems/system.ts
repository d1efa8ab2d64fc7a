import type { Clock } from '#kernel/clock.ts';
import type { Log } from '#ports/log.ts';
import type { Page } from '#ports/pager.ts';
import type { SystemWalks } from '#ports/prober.ts';
import type { StatusAbout, StatusLine } from '#ports/status.ts';
import type { Cursors } from '#ports/store.ts';
import type { Config } from '#config/schema.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Finding, Words } from '../finding.ts';
import type { Connections, SystemName } from './connections.ts';

/** What a system may need to be connected. */
export interface Needs {
  readonly clock: Clock;
  readonly log: Log;
  /** Keeps something small over restarts, as the last good copy of a calendar. */
  readonly facts: Pick<Cursors, 'fact' | 'remember'>;
  /** A system that stands before this one; null where it isn't configured. */
  readonly get: <N extends SystemName>(name: N) => Connections[N] | null;
}

/** What `doctor` looks at a system with. */
export interface Examination {
  readonly config: Config;
  readonly words: Words;
  /** The words of a page that says that it is a test; null: nobody is to be rung. */
  readonly page: Pick<Page, 'title' | 'text'> | null;
  /** Those whose sources are looked at. */
  readonly rules?: readonly Rule[];
}

/** One room of wiring: everything that is known here of one thing that vigie is connected to. */
interface Definition<Connected, Missing> {
  /** What handlers get where it isn't configured, a client whose every method says so; null for what no handler sees. */
  readonly missing: Missing;
  /**
   * @returns null where it isn't configured. The adapter is loaded only here, and nothing is asked yet
   */
  readonly connect: (config: Config, needs: Needs) => Promise<Connected | null>;
  readonly close: (client: Connected) => Promise<void>;
  /** What is well, and what isn't, with what to do about it; a client of null: it isn't configured. */
  readonly doctor?: (client: Connected | null, about: Examination) => Promise<readonly Finding[]>;
  /** Kinds of probe that ask it. */
  readonly probes?: (client: Connected) => Promise<SystemWalks>;
  /** How it stands, each line with what to type next; or what is known of one thing. Nothing is said of what it doesn't know. */
  readonly status?: (
    client: Missing extends object ? Missing : Connected,
    about: StatusAbout,
    signal: AbortSignal,
  ) => Promise<readonly StatusLine[]>;
}

/** A system of one configuration. */
export interface Opened<Client> {
  /** Null where it isn't configured. */
  readonly client: Client | null;
  close(): Promise<void>;
  doctor(about: Examination): Promise<readonly Finding[]>;
  probes(): Promise<SystemWalks>;
}

export interface System<Client, Missing> {
  readonly missing: Missing;
  /** @throws what it answers with: then nobody knows how it stands */
  status(client: Missing extends object ? Missing : Client, about: StatusAbout, signal: AbortSignal): Promise<readonly StatusLine[]>;
  open(config: Config, needs: Needs): Promise<Opened<Client>>;
}

export function defineSystem<Connected, Missing>({
  missing,
  connect,
  close,
  doctor,
  probes,
  status,
}: Definition<Connected, Missing>): System<Connected, Missing> {
  return {
    missing,
    status: async (client, about, signal) => (await status?.(client, about, signal)) ?? [],
    async open(config, needs) {
      const client = await connect(config, needs);
      return {
        client,
        close: async () => (client === null ? undefined : await close(client)),
        doctor: async (about) => (await doctor?.(client, about)) ?? [],
        probes: async () => (client === null ? {} : ((await probes?.(client)) ?? {})),
      };
    },
  };
}
