import { dirname, join } from 'node:path';
import type { Self, SelfFacts } from '#ports/clients.ts';
import type { Context } from '../operation/context.ts';

interface SelfParts {
  readonly storeFile: string;
  readonly timezone: string;
  readonly facts: SelfFacts;
}

/** vigie itself: its clock, its zone, its store. */
export function selfOf(context: () => Context, { storeFile, timezone, facts }: SelfParts): Self {
  return {
    about: () => facts,
    now: () => context().clock.now(),
    timezone: () => timezone,
    async copyStore(name) {
      if (storeFile === ':memory:') return null;
      const target = join(dirname(storeFile), `before-${name}.db`);
      await context().store.copyTo(target);
      return target;
    },
  };
}
