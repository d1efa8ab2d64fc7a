import type { Schedule } from '#domain/schedule/schedule.ts';

/** Knocks when something may be due; what is due is decided elsewhere. */
export interface Waker {
  start(schedules: readonly Schedule[], wake: () => void): { stop(): Promise<void> };
}
