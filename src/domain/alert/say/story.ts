import type { JsonObject } from '#kernel/json.ts';
import { inThread, type OutboxEntry } from '../../outbox-entry.ts';
import { groupPostKey, type AlertGroup } from '../group.ts';

/** The post that stands for a group: its own, or the digest's. */
export function postKeyOf(group: Pick<AlertGroup, 'id' | 'digest'>): string {
  return group.digest === null ? groupPostKey(group) : groupPostKey({ id: group.digest });
}

/** What a story needs to know of its post: a group's, or a digest's as if it were one. */
export type StoryPost = Pick<AlertGroup, 'id' | 'digest' | 'channel' | 'where'>;

/**
 * A line of the story, in the thread of the group's post: edits notify nobody.
 * @param once names what happened, so that it is told once
 */
export function storyLine(group: StoryPost, section: string, once: string, data: JsonObject): OutboxEntry {
  return {
    kind: 'create',
    key: `${groupPostKey(group)}:${once}`,
    to: inThread(group.channel, postKeyOf(group)),
    message: { template: `alert-story:${section}`, data: { where: group.where, group: group.id, ...data } },
    seeds: [],
  };
}
