import type { TestProject } from 'vitest/node';
import { startKeeper, type Keeper } from './elasticsearch/keeper.ts';

let keeper: Keeper | null = null;

/** One server of each version of Elasticsearch for all files, started when the first one asks for it. */
export async function setup(project: TestProject): Promise<void> {
  keeper = await startKeeper();
  project.provide('elasticsearchKeeper', keeper.url);
}

export async function teardown(): Promise<void> {
  await keeper?.stop();
}
