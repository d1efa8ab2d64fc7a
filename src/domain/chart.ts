/** How values are written on an axis and in text. `percent` is a fraction of 1; rates are per second. */
export type Unit = 'percent' | 'bytes' | 'bytes_per_second' | 'count' | 'per_second' | 'seconds' | 'milliseconds' | 'load' | 'none';

export type Series = {
  readonly name: string;
  /** What of it, in the reader's words: a key of the list `metric-parts` in `words.md`, such as `in`. */
  readonly part?: string;
  /** [milliseconds since the epoch, value]; null is a gap and is shown as one. Oldest first. */
  readonly points: readonly (readonly [at: number, value: number | null])[];
};

/** A title in the reader's words: a metric by its key in the list `metrics` of `words.md`, or by its words in each language. */
export type ChartTitle = {
  readonly metric: string;
  readonly words: Readonly<Record<string, string>>;
  /** A name that stands behind it, or empty. */
  readonly of: string;
};

/** A chart as data: what is drawn, not how. It is stored with what is to be said, and drawn when it is said. */
export type ChartData = {
  readonly title: string | ChartTitle;
  readonly unit: Unit;
  readonly from: number;
  readonly to: number;
  readonly series: readonly Series[];
  /** Drawn as a line across, with its value. */
  readonly threshold: number | null;
  /** Goes on from the series, dashed; it may reach beyond `to`. */
  readonly forecast: Series | null;
  /** The same so long before, at the times of now: pale beneath the series of its name. */
  readonly compared?: { readonly ms: number; readonly series: readonly Series[] };
  /** What happened meanwhile, oldest first. */
  readonly marks?: readonly Mark[];
};

/** Something that happened: a line through the chart, with its number. */
export type Mark = {
  readonly at: number;
  readonly number: number;
  /** An action's id, or `alert`. */
  readonly kind: string;
  /** The rule, or what the action was done to. */
  readonly of: string;
};
