import { postKey, type Operation } from '#domain/operation/operation.ts';
import type { Publisher } from '#ports/chat.ts';
import type { Outbox } from '#ports/store.ts';

/**
 * Whether the post of an operation's current plan still reads as vigie wrote it. Null when nobody can tell: the post
 * isn't sent yet, an edit of vigie's own is under way, or Mattermost can't be asked.
 */
export function postCheck(outbox: Outbox, publisher: Publisher): (operation: Operation) => Promise<boolean | null> {
  return async (operation) => {
    const key = postKey(operation, operation.round);
    const before = await outbox.byKey(key);
    if (before === null || !before.final) return null;
    try {
      const now = await publisher.read(before.postId);
      const after = await outbox.byKey(key);
      if (after === null || !after.final || after.fingerprint !== before.fingerprint) return null;
      return now !== null && now.fingerprint === before.fingerprint;
    } catch {
      return null;
    }
  };
}
