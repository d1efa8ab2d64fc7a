import { sha256 } from '#kernel/hash.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Proof } from '#domain/operation/means.ts';
import type { Request } from './receive.ts';
import type { Context } from './context.ts';

let make: (request: Request, proof: Proof) => Proven;

/** Second stage: a request of which it is known what shows who made it. Made here and nowhere else. */
export class Proven {
  readonly #proven = true;
  readonly request: Request;
  readonly proof: Proof;

  private constructor(request: Request, proof: Proof) {
    this.request = request;
    this.proof = proof;
    Object.freeze(this);
  }

  static {
    make = (request, proof) => new Proven(request, proof);
  }

  /** Keeps the brand from being dropped as unused; nothing else has it. */
  get isProven(): boolean {
    return this.#proven;
  }
}

/**
 * What shows that it was this very person. A post, a reaction and an account on this machine show it themselves. A slash command comes
 * with a token that every team administrator can read: it is believed as far as the chat server signed its trigger for that user.
 * @throws slash_unproven; chat_unreachable when the server's key can't be had
 */
export async function prove(context: Context, request: Request): Promise<Proven> {
  if (request.means !== 'slash') return make(request, 'own');
  const verdict = await context.verifyTrigger(request.trigger, request.user);
  if (verdict.kind === 'forged') throw new VigieError('slash_unproven');
  // A trigger serves once, whatever for: a click is entered under the same key.
  const key = verdict.kind === 'signed' ? triggerKey(verdict.id) : `slash:${sha256(request.trigger)}`;
  return make({ ...request, key }, verdict.kind);
}

/** Under which what came with a trigger is entered. */
export function triggerKey(id: string): string {
  return `trigger:${id}`;
}
