import type { BrickHeals, BrickView, VolumeView } from '#ports/volumes.ts';
import type { LabBrick } from './brick.ts';

/** A replicated volume of the lab: it heals, or can't, as GlusterFS does. */
export class LabVolume {
  readonly name: string;
  readonly bricks: readonly LabBrick[];
  started = true;
  limitBytes: number | null = null;
  crawls = 0;
  /** False: nothing is healed, whoever asks for it. */
  heals = true;
  /** Names that each brick gave to another file: GlusterFS speaks of their folder, and of none of them. */
  readonly mismatched = new Set<string>();

  constructor(name: string, bricks: readonly LabBrick[]) {
    this.name = name;
    this.bricks = bricks;
  }

  view(): VolumeView {
    const arbiters = this.bricks.filter(({ arbiter }) => arbiter).length;
    const bricks: readonly BrickView[] = this.bricks.map(({ host, path, arbiter, online, sizeBytes, freeBytes }) => ({
      host,
      path,
      arbiter,
      online,
      sizeBytes,
      freeBytes,
    }));
    const { name, started } = this;
    return { name, kind: 'Replicate', started, replicas: bricks.length, arbiters, disperse: 0, redundancy: 0, bricks };
  }

  write(file: string, content: string, now: number): void {
    const [here, missing] = [this.bricks.filter(({ online }) => online), this.bricks.filter(({ online }) => !online)];
    if (here.length === 0) throw new Error('Transport endpoint is not connected');
    if (this.isTorn(file)) throw new Error('Input/output error');
    for (const brick of here) brick.take(file, { content, now, missing });
  }

  read(file: string): string {
    if (this.isTorn(file)) throw new Error('Input/output error');
    const right = this.bricks.find((brick) => brick.online && !brick.arbiter && brick.files.has(file) && !this.#isBlamed(brick, file));
    const held = right?.files.get(file);
    if (held === undefined) throw new Error('No such file or directory');
    return held.content;
  }

  /** Whether bricks blame each other for a file. */
  isTorn(file: string): boolean {
    return this.bricks.some((one) => this.bricks.some((other) => one.blames(file, other) && other.blames(file, one)));
  }

  told(): readonly BrickHeals[] {
    return this.bricks.map((brick) => {
      const owes = brick.online ? [...brick.files].filter(([, { blames }]) => blames.size > 0).map(([path]) => path) : [];
      const entries = (paths: readonly string[]) => paths.map((path) => ({ path, gfid: gfidOf(path) }));
      return {
        host: brick.host,
        path: brick.path,
        answers: brick.online,
        pending: entries([...new Set(owes.map((file) => this.#listedAs(file)))]),
        splitBrain: entries([...new Set(owes.filter((file) => this.isTorn(file)).map((file) => this.#listedAs(file)))]),
      };
    });
  }

  /** Bricks that are there take what they missed; a full heal finds what is missing without being told. */
  heal(how: 'index' | 'full', now: number): void {
    if (!this.heals) return;
    if (how === 'full') this.crawls += 1;
    for (const file of new Set(this.bricks.flatMap((brick) => [...brick.files.keys()]))) {
      if (this.isTorn(file)) continue;
      const right = this.bricks.find((brick) => brick.online && brick.files.has(file) && !this.#isBlamed(brick, file) && !brick.arbiter);
      if (right !== undefined) this.#spread(file, right, { how, now });
    }
  }

  /** @returns false where it isn't torn */
  settle(file: string, from: LabBrick, now: number): boolean {
    if (!this.isTorn(file)) return false;
    for (const brick of this.bricks) brick.files.get(file)?.blames.delete(from);
    this.#spread(file, from, { how: 'full', now });
    this.mismatched.delete(file);
    return true;
  }

  #listedAs(file: string): string {
    return this.mismatched.has(file) ? file.slice(0, Math.max(1, file.lastIndexOf('/'))) : file;
  }

  #spread(file: string, from: LabBrick, { how, now }: { readonly how: 'index' | 'full'; readonly now: number }): void {
    const held = from.files.get(file);
    if (held === undefined) return;
    for (const brick of this.bricks.filter((each) => each !== from && each.online)) {
      const owed = this.#isBlamed(brick, file) || (how === 'full' && !brick.files.has(file));
      if (!owed) continue;
      brick.files.set(file, { content: brick.arbiter ? '' : held.content, writtenAt: now, blames: new Set() });
      for (const other of this.bricks) other.files.get(file)?.blames.delete(brick);
    }
  }

  #isBlamed(brick: LabBrick, file: string): boolean {
    return this.bricks.some((other) => other !== brick && other.blames(file, brick));
  }
}

/** The same name has the same number. */
export function gfidOf(path: string): string {
  const digits = Buffer.from(path).toString('hex').padEnd(32, '0').slice(-32);
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
}
