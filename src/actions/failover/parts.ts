import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';

interface Part {
  readonly kind: 'name' | 'address' | 'node' | 'guest';
  readonly name: string;
}

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

  /** The same for some at a time; none of them goes on by itself once this has ended. @throws as `take` */
  async together(parts: readonly (Part & { readonly move: () => Promise<void> })[]): Promise<void> {
    const ends = await Promise.allSettled(parts.map((part) => this.take(part, part.move)));
    const broken = ends.find((end) => end.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
  }
}
