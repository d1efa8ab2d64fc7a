/**
 * When a job is due. `every`: at whole multiples since the epoch, in UTC (a day of 23 or 25 hours changes nothing). `at`: once on each of the days, at a time on the wall of a zone.
 */
export type Schedule =
  | { readonly kind: 'every'; readonly ms: number; readonly offsetMs: number }
  | {
      readonly kind: 'at';
      /** Minutes since midnight. */
      readonly minute: number;
      /** 0 is Sunday; empty: every day. */
      readonly weekdays: readonly number[];
      readonly timezone: string;
    };
