import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import { checkAddress, type DaemonAddress, nameOf } from './connection.ts';
import { Daemon } from './daemon.ts';

const info = z.looseObject({ Name: z.string() });

/** The daemons of a Swarm's nodes, by the nodes' host names: the manager's own serves its own node. */
export class NodeDaemons {
  readonly manager: Daemon;
  readonly #nodes: ReadonlyMap<string, Daemon>;
  #managerNode: string | null = null;

  /** @throws TypeError for plain TCP to another machine */
  constructor(manager: DaemonAddress, nodes: Readonly<Record<string, DaemonAddress>>, timeoutMs: number) {
    for (const address of [manager, ...Object.values(nodes)]) checkAddress(address);
    this.manager = new Daemon(manager, nameOf(manager), timeoutMs);
    this.#nodes = new Map(Object.entries(nodes).map(([node, address]) => [node, new Daemon(address, nameOf(address), timeoutMs)]));
  }

  /** Runs something with a node's daemon. @throws swarm_node_unreachable */
  async on<T>(node: string, signal: AbortSignal | undefined, work: (daemon: Daemon) => Promise<T>): Promise<T> {
    const daemon = await this.#of(node, signal);
    try {
      return await work(daemon);
    } catch (error) {
      if (daemon === this.manager || !(error instanceof VigieError) || error.code !== 'swarm_unreachable') throw error;
      const { reason } = error.params;
      throw new VigieError('swarm_node_unreachable', { node, reason: typeof reason === 'string' ? reason : reasonOf(error) }, error);
    }
  }

  /** Names of the nodes whose daemons can be asked. */
  async names(signal?: AbortSignal): Promise<readonly string[]> {
    return [...new Set([await this.#ownNode(signal), ...this.#nodes.keys()])];
  }

  async close(): Promise<void> {
    for (const daemon of [this.manager, ...this.#nodes.values()]) await daemon.close();
  }

  async #of(node: string, signal: AbortSignal | undefined): Promise<Daemon> {
    const named = this.#nodes.get(node);
    if (named !== undefined) return named;
    if ((await this.#ownNode(signal)) === node) return this.manager;
    throw new VigieError('swarm_node_unreachable', { node, reason: `swarm.nodes has no ${node}` });
  }

  async #ownNode(signal: AbortSignal | undefined): Promise<string> {
    this.#managerNode ??= (await this.manager.ask(info, signal, ({ docker }) => docker.info())).Name;
    return this.#managerNode;
  }
}
