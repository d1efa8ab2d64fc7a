import { VigieError, type Problem } from '#kernel/errors.ts';
import { isActive } from '#domain/alert/alert.ts';
import { withAll } from '#domain/alert/book.ts';
import type { AlertGroup } from '#domain/alert/group.ts';
import { activeIn, groupsOfPost } from '#domain/alert/hands.ts';
import { REMEDY_EVERY_MS } from '#domain/alert/remedy.ts';
import { remedyOf } from '#domain/alert/say/post.ts';
import { storyLine } from '#domain/alert/say/story.ts';
import type { Person } from '#domain/operation/operation.ts';
import { requirementFor } from '#domain/operation/policy.ts';
import type { ReactionChange } from '#ports/chat.ts';
import { mayAskFor, targetOf } from '../operation/authorize.ts';
import { parse } from '../operation/parse.ts';
import { handleRequest } from '../operation/request.ts';
import type { Context } from '../operation/context.ts';
import type { Desk } from './desk.ts';
import { releasePost, silencePost, takePost } from './respond.ts';

/** What a reaction under a post of alerts asks for, by Mattermost's own names; skin tones don't exist for these. */
const ASKS: ReadonlyMap<string, 'ack' | 'silence' | 'remedy'> = new Map([
  ['eyes', 'ack'],
  ['no_bell', 'silence'],
  ['mute', 'silence'],
  ['arrow_forward', 'remedy'],
]);

/** The group or digest whose post has this key, or null. */
export function alertPostOf(key: string): string | null {
  const [kind, id, rest] = key.split(':');
  return kind === 'alert' && id !== undefined && rest === undefined ? id : null;
}

/** A reaction under a post of alerts: 👀 takes it, 🔕 silences it, ▶️ starts its remedy. */
export async function reactToAlert(context: Context, desk: Desk, post: string, reaction: ReactionChange): Promise<void> {
  const asks = ASKS.get(reaction.emoji);
  if (asks === undefined) return;
  const person = await context.people.person(reaction.user, 'fresh');
  if (asks === 'remedy') {
    if (reaction.added) await startRemedy(context, desk, post, reaction);
    return;
  }
  if (!may(context, person, asks)) return;
  const by = { id: person.id, username: person.username };
  if (asks === 'ack') await (reaction.added ? takePost(desk, post, by) : releasePost(desk, post, by));
  else if (reaction.added) await silencePost(desk, post, by);
}

/** As for the typed action: reactions are no way round the policy. */
function may(context: Context, person: Person, action: string): boolean {
  const { roles } = requirementFor(context.policy, { action, target: null, environment: null, risk: 'safe' });
  return mayAskFor(person, roles);
}

/** ▶️: an ordinary request of whoever clicked, with its ordinary approval. */
async function startRemedy(context: Context, desk: Desk, post: string, reaction: ReactionChange): Promise<void> {
  const groups = groupsOfPost(desk.book, post);
  const [group] = groups;
  const command = remedyOf(desk.round, activeIn(desk.book, groups).filter(isActive));
  if (group === undefined || command === null) return;
  const person = await context.people.person(reaction.user, 'fresh');
  try {
    const target = allowedTarget(context, desk, command);
    const { outbox } = context.store;
    const postId = await outbox.postId(`alert:${post}`);
    const ack = await handleRequest(context, {
      key: `remedy:${post}:${reaction.user}:${reaction.at}`,
      user: reaction.user,
      text: command,
      means: 'reaction',
      trigger: '',
      place: { channel: group.channel, root: null, direct: false },
      thread: postId,
      at: reaction.at,
      late: false,
      edited: false,
    });
    if (ack.kind === 'refused') return await tellRefused(desk, group, reaction, { command, problem: ack.problem });
    if (ack.kind !== 'accepted') return;
    await desk.change((book, now) => ({
      book: { ...book, remedies: withAll(book.remedies, [{ id: target, at: now }]) },
      say: [storyLine(group, 'remedied', `remedied:${reaction.at}`, { by: person.username, command })],
    }));
  } catch (error) {
    if (!(error instanceof VigieError)) throw error;
    await tellRefused(desk, group, reaction, { command, problem: error.problem() });
  }
}

async function tellRefused(
  desk: Desk,
  group: AlertGroup,
  reaction: ReactionChange,
  { command, problem }: { readonly command: string; readonly problem: Problem },
): Promise<void> {
  const section = 'remedy-refused';
  await desk.change((book) => ({
    book,
    say: [storyLine(group, section, `${section}:${reaction.at}`, { command, problem: { code: problem.code, params: problem.params } })],
  }));
}

/**
 * What stands in documents never becomes a command: only a known action that isn't dangerous, on a name of the configuration, at most
 * once an hour for each.
 * @throws remedy_not_allowed, remedy_too_often
 */
function allowedTarget(context: Context, desk: Desk, command: string): string {
  const parsed = parse(context, command);
  const typed = targetOf(parsed);
  // A document may call a machine by any of its names: it is one machine all the same.
  const [target = null] = typed === null ? [] : context.inventory.namesOf(typed);
  const { handler } = parsed.entry;
  const dangerous = handler.kind !== 'action' || handler.risk === 'danger' || parsed.command.emergency !== null;
  if (dangerous || target === null || !context.inventory.knows(target)) throw new VigieError('remedy_not_allowed', { command });
  const last = desk.book.remedies.get(target);
  if (last !== undefined && context.clock.now() - last.at < REMEDY_EVERY_MS)
    throw new VigieError('remedy_too_often', { target, until: last.at + REMEDY_EVERY_MS });
  return target;
}
