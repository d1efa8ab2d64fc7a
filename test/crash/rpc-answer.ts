import { VigieError } from '#kernel/errors.ts';
import { ERROR_CODES, type ErrorCode } from '#kernel/error-codes.ts';
import type { JsonObject } from '#kernel/json.ts';

export interface Failure {
  readonly code: string;
  readonly params: JsonObject;
}

/** How a call over the wire ended. */
export type Answer<T> = { readonly value: T } | { readonly error: Failure };

export async function answerOf<T>(work: () => Promise<T>): Promise<Answer<T | null>> {
  try {
    return { value: (await work()) ?? null };
  } catch (error) {
    return { error: error instanceof VigieError ? error.problem() : { code: 'internal', params: { reason: String(error) } } };
  }
}

/** The error again, on the other side. */
export function problemOfAnswer({ code: word, params }: Failure): VigieError {
  const known = Object.keys(ERROR_CODES) as ErrorCode[];
  return new VigieError(known.find((code) => code === word) ?? 'internal', params);
}
