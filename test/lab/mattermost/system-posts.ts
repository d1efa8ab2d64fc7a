import type { Lab } from './lab.ts';
import type { Channel } from './model.ts';
import { createPost } from './posts.ts';
import { userOf } from './world.ts';

/** What the server says in a channel when its members change. */
const SENTENCES = {
  system_join_channel: (_by: string, who: string) => `${who} joined the channel.`,
  system_add_to_channel: (by: string, who: string) => `@${who} added to the channel by @${by}.`,
  system_leave_channel: (_by: string, who: string) => `${who} has left the channel.`,
  system_remove_from_channel: (_by: string, who: string) => `@${who} was removed from the channel.`,
};

/** Posts such a sentence: its author is who did it, and its type begins with `system_`, so bots must pass over it. */
export function systemPost(
  lab: Lab,
  channel: Channel,
  type: keyof typeof SENTENCES,
  { byId, whoId }: { byId: string; whoId: string },
): void {
  const by = userOf(lab.world, byId).username;
  const who = userOf(lab.world, whoId).username;
  const props = { userId: byId, username: by, ...(byId !== whoId && { addedUserId: whoId, addedUsername: who }) };
  createPost(lab, { user_id: byId, channel_id: channel.id, message: SENTENCES[type](by, who), type, props });
}
