import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { CountingProxy } from '#test/real/elasticsearch/counting-proxy.ts';
import { launch } from './launch.ts';

const told = z.object({
  /** When its book was as told, ms. */
  at: z.number(),
  looks: z.int(),
  /** Of these, those in which a search failed. */
  failed: z.int(),
  /** Of the whole process, since it began. */
  cpuMs: z.number(),
  rssMb: z.number(),
  /** New in the book. */
  fresh: z.array(z.object({ rule: z.string(), key: z.record(z.string(), z.string()) })),
});
export type Told = z.output<typeof told>;

/** What was told, and what had gone over the wire until then. */
export type Known = Told & { readonly requests: number; readonly received: number };

export interface Watcher {
  readonly known: readonly Known[];
  /** Waits until there were so many looks. */
  looked(looks: number): Promise<Known>;
  stop(): Promise<void>;
}

/** Starts the alerts of a vigie in a process of its own. @param proxy before Elasticsearch, for it alone */
export function startWatcher(proxy: CountingProxy, folder: string, rules: number): Watcher {
  const orders = { url: proxy.url, folder, rules };
  const program = join(import.meta.dirname, 'alerts-child.ts');
  const { flags, env } = launch();
  const child = spawn(process.execPath, [...flags, program, JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
  });
  const known: Known[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    known.push({ ...told.parse(JSON.parse(line)), requests: proxy.requests, received: proxy.received });
  });
  return {
    known,
    async looked(looks) {
      for (;;) {
        const reached = known.find((one) => one.looks >= looks);
        if (reached !== undefined) return reached;
        if (child.exitCode !== null) throw new Error(`vigie ended with ${child.exitCode}`);
        await sleep(50);
      }
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}
