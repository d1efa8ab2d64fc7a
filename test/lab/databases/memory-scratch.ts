import type { DatabaseView, Loadable, Scratch, Statements } from '#ports/databases.ts';
import { asImport } from './as-import.ts';
import { MemoryServer } from './memory-server.ts';

type Pace = (dump: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined) => AsyncIterable<Uint8Array>;

/** For which database it stands there, and which operation asked. */
interface ScratchOf {
  readonly name: string;
  readonly operation: string;
}

/** How a dump is loaded, and who hears when it is removed. */
interface Loading {
  readonly pace: Pace;
  readonly failsAfter: number | null;
  readonly gone: () => void;
}

/** A throwaway server: same software, nothing else in common with the one beside which it stands. */
export class MemoryScratch implements Scratch {
  readonly operation: string;
  /** Name of the live server. */
  readonly beside: string;
  readonly #name: string;
  readonly #server: MemoryServer;
  readonly #pace: Pace;
  readonly #failsAfter: number | null;
  readonly #gone: () => void;

  constructor(live: MemoryServer, { name, operation }: ScratchOf, { pace, failsAfter, gone }: Loading) {
    this.operation = operation;
    this.beside = live.name;
    this.#name = name;
    this.#server = new MemoryServer({
      name: `${live.name}-scratch`,
      engine: live.engine,
      version: live.version,
      node: live.node,
      volume: null,
    });
    this.#server.databases.set(name, { owner: name, tables: new Map() });
    this.#pace = pace;
    this.#failsAfter = failsAfter;
    this.#gone = gone;
  }

  async load(dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
    await asImport(this.#name, this.#server.load(this.#name, this.#pace(dump, signal), this.#failsAfter));
  }

  async loadRestorable({ dump }: Loadable, signal?: AbortSignal): Promise<Statements | null> {
    await this.load(dump, signal);
    return null;
  }

  async look(signal?: AbortSignal): Promise<DatabaseView> {
    signal?.throwIfAborted();
    return this.#server.view(this.#name);
  }

  async catalogue(signal?: AbortSignal): Promise<null> {
    signal?.throwIfAborted();
    return await Promise.resolve(null);
  }

  async remove(): Promise<void> {
    this.#gone();
  }
}
