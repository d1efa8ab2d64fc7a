import type { Rule } from '#domain/alert/rule.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';
import { Watchroom, type WatchroomOptions } from './watchroom.ts';

export const MINUTE = 60_000;
export const HOSTS = Array.from({ length: 8 }, (_, index) => `pica0${index + 1}`);

/** Who reports in a minute. */
export interface Feed {
  readonly index?: string;
  readonly hosts?: readonly string[];
  /** How far the documents are dated ahead of their time, minutes. */
  readonly ahead?: number;
}

/** Says of each host that sends nothing for five minutes that it is silent. */
export const flatline = rule({
  name: 'silent',
  index: 'metricbeat-*',
  severity: 'critical',
  filter: [],
  forMs: 0,
  bufferTimeMs: 5 * MINUTE,
  kind: { type: 'flatline', timeframeMs: 5 * MINUTE, threshold: 1, forgetKeys: false, countedBy: 'documents', termsSize: 50 },
});

/** A vigie over hosts that report once a minute. */
export class Reporting {
  readonly room: Watchroom;
  readonly search: MemorySearch;

  private constructor(room: Watchroom, search: MemorySearch) {
    this.room = room;
    this.search = search;
  }

  /** @param history minutes of documents before the beginning */
  static async open(rules: readonly Rule[], history: number, options: Pick<WatchroomOptions, 'language'> = {}): Promise<Reporting> {
    const room = await Watchroom.open({
      ...options,
      rules,
      search: (clock) => {
        const made = new MemorySearch(clock, 'main');
        for (let minute = -history; minute < 0; minute += 1) report(made, clock.now() + minute * MINUTE);
        return made;
      },
    });
    if (room.search === null) throw new Error('no search');
    return new Reporting(room, room.search);
  }

  /** Time goes on to a minute, and in each minute documents come. */
  async live(until: number, ...feeds: readonly Feed[]): Promise<void> {
    for (let minute = Math.round(this.room.minute); minute < until; minute += 1) {
      for (const feed of feeds) report(this.search, this.room.clock.now(), feed);
      await this.room.until(minute + 1);
    }
  }
}

export function report(search: MemorySearch, at: number, { index = 'metricbeat-1', hosts = HOSTS, ahead = 0 }: Feed = {}): void {
  const when = new Date(at + ahead * MINUTE).toISOString();
  for (const name of hosts) search.index(index, { '@timestamp': when, host: { name }, system: { filesystem: { used: { pct: 0.95 } } } });
}
