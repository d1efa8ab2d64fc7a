import type { MessageData } from '#domain/outbox-entry.ts';

/** States of a plan whose post may be what somebody agrees to. */
const READ_IN: ReadonlySet<unknown> = new Set(['waiting', 'approved']);

/** Whether a message shows a plan that somebody may be agreeing to. */
export function isRead({ template, data }: MessageData): boolean {
  return template === 'operation' && READ_IN.has(data['state']);
}
