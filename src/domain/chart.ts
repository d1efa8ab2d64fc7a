/** How values are written on an axis and in text. `percent` is a fraction of 1; rates are per second. */
export type Unit = 'percent' | 'bytes' | 'bytes_per_second' | 'count' | 'per_second' | 'seconds' | 'milliseconds' | 'load' | 'none';

export interface Series {
  readonly name: string;
  /** [milliseconds since the epoch, value]; null is a gap and is shown as one. Oldest first. */
  readonly points: readonly (readonly [at: number, value: number | null])[];
}

/** A chart as data: what is drawn, not how. It is stored with what is to be said, and drawn when it is said. */
export interface ChartData {
  readonly title: string;
  readonly unit: Unit;
  readonly from: number;
  readonly to: number;
  readonly series: readonly Series[];
  /** Drawn as a line across, with its value. */
  readonly threshold: number | null;
  /** Goes on from the series, dashed; it may reach beyond `to`. */
  readonly forecast: Series | null;
}
