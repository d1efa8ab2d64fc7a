import type { JsonObject } from './json.ts';
import type { ErrorCode } from './error-codes.ts';

/** A refusal or a fault as data: what `templates/messages/<language>/errors.md` turns into words. */
export type Problem = {
  readonly code: ErrorCode;
  readonly params: JsonObject;
};

/**
 * Every error that a person may come to see. The words are templates; `message` is for logs only.
 *
 * @example throw new VigieError('service_unknown', { service: 'pda', nearest: 'pad' });
 */
export class VigieError extends Error implements Problem {
  override readonly name = 'VigieError';
  readonly code: ErrorCode;
  readonly params: JsonObject;

  constructor(code: ErrorCode, params: JsonObject = {}, cause?: unknown) {
    super(`${code} ${JSON.stringify(params)}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.params = params;
  }

  problem(): Problem {
    return { code: this.code, params: this.params };
  }
}

/** The problem behind anything thrown: what isn't ours becomes `internal`, with its reason kept. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof VigieError) return thrown.problem();
  return { code: 'internal', params: { reason: thrown instanceof Error ? thrown.message : String(thrown) } };
}
