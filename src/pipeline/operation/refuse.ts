import type { Problem } from '#kernel/errors.ts';
import type { Commit } from '#domain/operation/commit.ts';
import { refusalSaid } from '#domain/operation/refusal.ts';
import type { OutboxEntry } from '#domain/outbox-entry.ts';
import { StoreConflict } from '#ports/store.ts';
import type { Ack } from './ack.ts';
import { meantOperation, offerFor } from './meant.ts';
import type { Request } from './receive.ts';
import type { Context } from './context.ts';

/** So much of what was refused is kept. */
const SAID = 200;

/** A refusal is audited, and says what was probably meant; where there is no private acknowledgement it is said in the thread of the post that asked. */
export async function refuse(context: Context, request: Request, refused: Problem): Promise<Ack> {
  const meant = await meantOperation(context, request, refused);
  const offer = await offerFor(context, request, meant);
  const problem = namingOffer(meant, offer);
  const commit: Commit = {
    // What nobody proved must not use up what its true author may still send.
    ...(problem.code === 'slash_unproven' ? {} : { seen: request.key }),
    audit: [
      {
        kind: 'refused',
        operation: null,
        by: request.user,
        detail: { code: problem.code, params: problem.params, means: request.means, said: request.text.slice(0, SAID) },
      },
    ],
    say: isWritten(request) ? [refusalOf(request, problem, offer)] : [],
  };
  try {
    await context.store.operations.note(commit);
    context.wake('sender');
  } catch (error) {
    if (error instanceof StoreConflict) return { kind: 'duplicate' };
    // If even the store can't answer, whoever asked still learns why.
    context.log.error({ error }, 'a refusal could not be stored');
  }
  return { kind: 'refused', problem, offer };
}

/** The verb that a refusal asks about is the one that is offered, or none. */
function namingOffer(problem: Problem, offer: string | null): Problem {
  const { nearest } = problem.params;
  if (problem.code !== 'action_unknown' || typeof nearest !== 'string' || offer === null || offer.includes(nearest)) return problem;
  return { ...problem, params: { ...problem.params, nearest: null } };
}

/** By a post or a reaction under one: it is answered in its thread. */
function isWritten({ means }: Request): boolean {
  return means === 'post' || means === 'reaction';
}

function refusalOf({ key, place, user, thread, post }: Request, problem: Problem, offer: string | null): OutboxEntry {
  const said = { id: null, action: null, target: null, requester: null, problem: { code: problem.code, params: problem.params } };
  const to = { channel: place.channel, root: place.root, underKey: null };
  return refusalSaid(`refused:${key}`, to, said, { post: post ?? null, offer, of: { user, place, thread } });
}
