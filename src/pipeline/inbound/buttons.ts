import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Button } from '#ports/chat.ts';
import type { ButtonMaker } from '#messages/operation-post.ts';
import type { Verdict } from '#domain/operation/votes.ts';

/** What a button of a plan's post carries, signed: nobody can make one for another plan, verdict or operation. */
export interface ButtonClaim {
  readonly operation: string;
  readonly hash: string;
  readonly verdict: Verdict;
}

/** Makes the buttons that a click may honour: never one that approves a danger. */
export function buttonMaker(secret: string, callbackUrl: string | null): ButtonMaker {
  return (operation, labels) => {
    if (callbackUrl === null) return [];
    const button = (verdict: Verdict, name: string, style: Button['style']): Button => {
      const claim: ButtonClaim = { operation: operation.id, hash: operation.hash, verdict };
      return { id: verdict, name, style, url: callbackUrl, context: { ...claim, signature: sign(secret, claim) } };
    };
    if (operation.state === 'running') return [button('cancel', labels.cancel, 'danger')];
    if (operation.state !== 'waiting') return [];
    const approve = operation.risk === 'danger' ? [] : [button('approve', labels.approve, 'good')];
    return [...approve, button('veto', labels.veto, 'danger')];
  };
}

function sign(secret: string, { operation, hash, verdict }: ButtonClaim): string {
  return createHmac('sha256', secret).update(`${operation}\n${hash}\n${verdict}`).digest('hex');
}

/** The claim of a click's context, or null when vigie didn't sign it. */
export function readClaim(secret: string, context: Readonly<Record<string, unknown>>): ButtonClaim | null {
  const { operation, hash, verdict, signature } = context;
  if (typeof operation !== 'string' || typeof hash !== 'string' || typeof signature !== 'string') return null;
  if (verdict !== 'approve' && verdict !== 'veto' && verdict !== 'cancel') return null;
  const claim: ButtonClaim = { operation, hash, verdict };
  const expected = Buffer.from(sign(secret, claim));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected) ? claim : null;
}
