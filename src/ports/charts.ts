/**
 * A picture of charts as data: every word is made, every value placed. It holds no functions, since it is drawn in
 * another process.
 */
export interface Drawing {
  /** One below the other. */
  readonly panels: readonly Panel[];
}

export interface Panel {
  readonly title: string;
  readonly time: TimeAxis;
  readonly values: ValueAxis;
  readonly lines: readonly Line[];
  /** A line across, with its words. */
  readonly threshold: { readonly value: number; readonly label: string } | null;
  /** Said where there is nothing to draw, or below what doesn't fit; empty for nothing. */
  readonly note: string;
  /** Lines through it from top to bottom, oldest first, with words above the first panel that has a plot. */
  readonly marks?: readonly PanelMark[];
}

export interface PanelMark {
  readonly at: number;
  /** `3 deploy`, and what is left of it where there is no room: `3`. */
  readonly label: string;
  readonly short: string;
}

export interface TimeAxis {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** `under` stands below the label: the day or the month; empty where it is that of the tick before. */
  readonly ticks: readonly { readonly at: number; readonly label: string; readonly under: string }[];
}

export interface ValueAxis {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

export interface Line {
  readonly label: string;
  /** A null is a gap. Oldest first. */
  readonly points: readonly (readonly [at: number, value: number | null])[];
  readonly dashed: boolean;
  /** What it is compared with: the index of the line whose colour it has, paler. */
  readonly paleOf?: number;
}

/** Draws charts, one at a time. */
export interface Charts {
  /** @returns a PNG. @throws chart_not_drawn, at the latest after ten seconds */
  draw(drawing: Drawing): Promise<Uint8Array>;
  close(): Promise<void>;
}
