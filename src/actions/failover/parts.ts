import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';

interface Part {
  readonly kind: 'name' | 'address' | 'node' | 'guest';
  readonly name: string;
}

/** Sessions of one SSH connection are ten, as sshd has it. */
const AT_ONCE = 8;

/** Parts of what is moved: what one of them refuses is kept, and the next one is taken. */
export class Parts {
  readonly failed: JsonObject[] = [];

  /** @returns whether it was moved @throws what is no refusal: a stop of vigie, a cancelled operation */
  async take({ kind, name }: Part, move: () => Promise<void>): Promise<boolean> {
    try {
      await move();
      return true;
    } catch (error) {
      if (!(error instanceof VigieError)) throw error;
      this.failed.push({ kind, name, problem: error.problem() });
      return false;
    }
  }

  /** The same for many at the same time, so that one that hangs is waited for together with others; none of them goes on by itself once this has ended. @throws as `take` */
  async together(parts: readonly (Part & { readonly move: () => Promise<void> })[], atOnce: number = AT_ONCE): Promise<void> {
    for (let first = 0; first < parts.length; first += atOnce) {
      const running = parts.slice(first, first + atOnce).map((part) => this.take(part, part.move));
      await Promise.allSettled(running);
      await Promise.all(running);
    }
  }
}
