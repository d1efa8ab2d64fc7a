import { wallTime } from '#kernel/zoned-time.ts';

/** How a moment reads on the clocks of a zone. */
export interface WallTime {
  /** Differs from one day to the next, and only then. */
  readonly day: string;
  /** Since midnight by the clock: on the day when clocks go back, the same minute comes twice. */
  readonly minute: number;
}

/** Reads moments on the clocks of a zone. */
export function wallClock(timezone: string): (at: number) => WallTime {
  return (at) => {
    const wall = new Date(wallTime(at, timezone));
    return { day: wall.toISOString().slice(0, 10), minute: wall.getUTCHours() * 60 + wall.getUTCMinutes() };
  };
}
