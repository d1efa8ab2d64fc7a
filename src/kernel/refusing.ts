import type { ErrorCode } from './error-codes.ts';
import { VigieError } from './errors.ts';

/** A method of a client of something that isn't there: says what is missing, instead of failing somewhere deeper. */
export function refusing(code: ErrorCode): () => Promise<never> {
  return async () => {
    throw new VigieError(code);
  };
}
