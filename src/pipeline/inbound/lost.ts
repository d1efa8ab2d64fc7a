import { problemOf } from '#kernel/errors.ts';

/**
 * What was asked of a place where vigie may not look any more: it was removed, or the post or its channel is gone.
 * @returns null then. @throws what may be over soon: a server that doesn't answer, a dead token
 */
export async function orLost<T>(asked: Promise<T>, tell: () => void = () => undefined): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (problemOf(error).code !== 'chat_refused') throw error;
    tell();
    return null;
  }
}
