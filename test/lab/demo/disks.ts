const GIB = 2 ** 30;
const HOUR_MS = 3_600_000;
const PAST_MS = 6 * HOUR_MS;

export interface DiskUse {
  readonly mount: string;
  readonly totalBytes: number;
  readonly usedBytes: number;
}

/** What is wrong with disks: `full`: /DATA of pica01 passes 90 %; `growing`: since when (ms) /DATA of pica02 fills fast, or null. */
export interface DiskTroubles {
  readonly full: boolean;
  readonly growing: number | null;
}

/** The machines' disks: one truth for what Beats report, for `space`, and so for alerts and charts. */
export class DemoDisks {
  readonly #startedAt: number;
  readonly #roots = new Map<string, () => number>();
  troubles: DiskTroubles = { full: true, growing: null };

  /** @param startedAt when the story begins (ms) */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** A machine whose first disk holds files that can be cleaned. @param usedBytes what they and the rest take now */
  watchRoot(host: string, usedBytes: () => number): void {
    this.#roots.set(host, usedBytes);
  }

  of(host: string, at: number): readonly DiskUse[] {
    const root = { mount: '/', totalBytes: 100 * GIB, usedBytes: this.#roots.get(host)?.() ?? 41 * GIB };
    return host === 'monitoring' ? [root] : [root, { mount: '/DATA', totalBytes: 200 * GIB, usedBytes: 200 * GIB * this.#data(host, at) }];
  }

  #data(host: string, at: number): number {
    const { full, growing } = this.troubles;
    if (host === 'pica01') return full ? Math.min(0.97, 0.885 - 0.22 * ((this.#startedAt - at) / PAST_MS)) : 0.62;
    return growing === null ? 0.58 : Math.min(0.98, 0.61 + 0.4 * ((at - growing) / HOUR_MS));
  }
}
