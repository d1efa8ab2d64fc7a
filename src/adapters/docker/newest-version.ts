import { refusalOf } from './failures.ts';

/** Docker's words when the version index of a change isn't the thing's any more. */
const OUT_OF_SEQUENCE = 'update out of sequence';
const TRIES = 5;

/** Whether Docker took nothing, because the thing has changed since its version was read. */
export function isOutOfSequence(thrown: unknown): boolean {
  return refusalOf(thrown)?.message.includes(OUT_OF_SEQUENCE) === true;
}

/**
 * For a change that is right whatever else has changed: `change` reads the thing and sends the change with the version that it read.
 * Docker itself moves versions (a node's status, the progress of an update), so that it is done again, from what is there then, when nothing was taken.
 */
export async function onNewestVersion(change: () => Promise<void>): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await change();
    } catch (error) {
      if (left === 1 || !isOutOfSequence(error)) throw error;
    }
  }
}
