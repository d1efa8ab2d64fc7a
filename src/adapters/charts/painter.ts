import { reasonOf } from '#kernel/json.ts';
import type { Drawing } from '#ports/charts.ts';
import { paint } from './paint.ts';

/** What is asked of the process that draws, and what it answers. */
export interface Order {
  readonly id: number;
  readonly drawing: Drawing;
}
export type Answer = { readonly id: number; readonly png: Uint8Array } | { readonly id: number; readonly reason: string };

// It ends when vigie lets go of it, or is gone: not with the signal that asks vigie to say its last words.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', ({ id, drawing }: Order) => process.send?.(answerTo(id, drawing)));

function answerTo(id: number, drawing: Drawing): Answer {
  try {
    return { id, png: paint(drawing) };
  } catch (error) {
    return { id, reason: reasonOf(error) };
  }
}
