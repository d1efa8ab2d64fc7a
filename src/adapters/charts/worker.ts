import { parentPort } from 'node:worker_threads';
import { reasonOf } from '#kernel/json.ts';
import type { Drawing } from '#ports/charts.ts';
import { paint } from './paint.ts';

/** What is asked of the thread that draws, and what it answers. */
export interface Order {
  readonly id: number;
  readonly drawing: Drawing;
}
export type Answer = { readonly id: number; readonly png: Uint8Array } | { readonly id: number; readonly reason: string };

parentPort?.on('message', ({ id, drawing }: Order) => parentPort?.postMessage(answerTo(id, drawing)));

function answerTo(id: number, drawing: Drawing): Answer {
  try {
    return { id, png: paint(drawing) };
  } catch (error) {
    return { id, reason: reasonOf(error) };
  }
}
