import type { Reports } from '#ports/reports.ts';

/** What was kept of failures, word by word. */
export class MemoryReports implements Reports {
  readonly kept: string[] = [];

  keep(about: string, text: string): Promise<string> {
    this.kept.push(text);
    return Promise.resolve(`/reports/${about}-${this.kept.length}.txt`);
  }
}
