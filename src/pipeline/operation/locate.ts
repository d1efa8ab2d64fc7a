import type { Place } from '#domain/operation/operation.ts';
import type { Request } from './receive.ts';
import type { Context } from './context.ts';

/**
 * Where a request may be answered: the place where it was asked, if whoever asked is a member of it, and vigie too. A post shows that by
 * itself. A slash command merely names a place, and whoever holds its token may name any.
 * @returns null when it is to be answered in private, also when nobody can say who is a member
 */
export async function locate({ people, log }: Context, { means, place, user }: Request): Promise<Place | null> {
  if (means !== 'slash') return place;
  try {
    const channel = await people.shared(place.channel, user);
    return channel === null ? null : { ...place, direct: channel.kind === 'direct' };
  } catch (error) {
    log.warn({ channel: place.channel, error }, 'nobody can say now who is in a channel: the answer is given in private');
    return null;
  }
}
