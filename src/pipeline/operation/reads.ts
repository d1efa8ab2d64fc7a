import { VigieError } from '#kernel/errors.ts';

/** Nobody reads more answers at once; each may draw charts, or hold thousands of lines. */
const MOST = 8;

/** Reads that are under way: they begin at once and wait for nobody, so that somebody could begin any number of them. */
export class Reads {
  readonly #underWay = new Map<string, number>();

  /** @throws reads_many while somebody has as many under way as one person may */
  async of<T>(person: string, read: () => Promise<T>): Promise<T> {
    const before = this.#underWay.get(person) ?? 0;
    if (before >= MOST) throw new VigieError('reads_many', { limit: MOST });
    this.#underWay.set(person, before + 1);
    try {
      return await read();
    } finally {
      const left = (this.#underWay.get(person) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(person);
      else this.#underWay.set(person, left);
    }
  }
}
