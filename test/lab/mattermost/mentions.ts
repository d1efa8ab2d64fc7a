import { attachmentsOf } from './attachments.ts';
import type { Channel, Post } from './model.ts';
import { membersOf, userNamed, userOf } from './world.ts';
import type { World } from './world.ts';

/** Names after `@`, most certain first: `@bob.` is tried as `bob.`, then as `bob`. */
const AT_NAME = /(?<![\w@/.-])@([a-z0-9._-]+)/gi;

/** The names that a text mentions, outside code, lower case. */
function namesIn(text: string): string[] {
  return [...withoutCode(text).matchAll(AT_NAME)].map((match) => (match[1] ?? '').toLowerCase());
}

/** The `~channel` names in a text. */
export function channelNamesIn(text: string): string[] {
  return [...withoutCode(text).matchAll(/(?<![\w~])~([a-z0-9_-]+)/gi)].map((match) => (match[1] ?? '').toLowerCase());
}

/** Usernames in a text that exist here, in order, each once: what commands are told as `user_mentions`. */
export function knownUsersIn(world: World, text: string): { id: string; username: string }[] {
  const users = namesIn(text).flatMap((name) =>
    candidates(name)
      .flatMap((one) => userNamed(world, one) ?? [])
      .slice(0, 1),
  );
  return [...new Set(users)];
}

/**
 * Who a post notifies, author excluded. Message, pretext, attachment text and field values count; titles and footers don't.
 * In a direct message the other person is always notified.
 */
export function mentionedBy(world: World, post: Post, channel: Channel, isOnline: (userId: string) => boolean): Set<string> {
  const members = [...membersOf(world.channelMembers, channel.id).keys()];
  const mentioned = new Set<string>(channel.type === 'D' ? members : []);
  for (const name of spoken(post).flatMap(namesIn)) {
    for (const id of meant(world, name, members, isOnline)) mentioned.add(id);
  }
  if (post.props['from_webhook'] === undefined) mentioned.delete(post.user_id);
  return mentioned;
}

function meant(world: World, name: string, members: string[], isOnline: (userId: string) => boolean): string[] {
  const [group] = candidates(name).flatMap(
    (one) => world.groups.values().find((known) => known.name === one && known.allow_reference && known.delete_at === 0) ?? [],
  );
  const inGroup = group === undefined ? [] : members.filter((id) => world.groupMembers.get(group.id)?.has(id) === true);
  switch (name.replace(/[._-]+$/, '')) {
    case 'all':
    case 'channel':
      return members;
    case 'here':
      return members.filter(isOnline);
    default:
      return [...inGroup, ...members.filter((id) => candidates(name).includes(userOf(world, id).username))];
  }
}

/** A name may be followed by a full stop or a dash that isn't part of it. */
function candidates(name: string): string[] {
  return [...new Set([name, name.replace(/[._-]+$/, '')])];
}

function spoken(post: Post): string[] {
  const attached = attachmentsOf(post.props).flatMap((one) => [
    one.pretext,
    one.text,
    ...(one.fields ?? []).map((field) => String(field.value ?? '')),
  ]);
  return [post.message, ...attached];
}

function withoutCode(text: string): string {
  return text.replace(/(`{3,})[\s\S]*?(\1|$)/g, ' ').replace(/(`+)[^`][\s\S]*?\1/g, ' ');
}
