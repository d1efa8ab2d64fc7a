import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';

interface Part {
  readonly kind: 'name' | 'address' | 'node' | 'guest';
  readonly name: string;
}

/** Parts of what is moved: what one of them refuses is kept, and the next one is taken. */
export class Parts {
  readonly failed: JsonObject[] = [];

  /** @throws what is no refusal: a stop of vigie, a cancelled operation */
  async take({ kind, name }: Part, move: () => Promise<void>): Promise<void> {
    try {
      await move();
    } catch (error) {
      if (!(error instanceof VigieError)) throw error;
      this.failed.push({ kind, name, problem: error.problem() });
    }
  }
}
