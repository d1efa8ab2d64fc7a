import type { JsonObject } from '#kernel/json.ts';
import type { Unit } from '../chart.ts';

export type TargetKind = 'host' | 'service';

/** Whose values are asked for. */
export interface Target {
  readonly kind: TargetKind;
  readonly name: string;
}

/** Where the values of a curve come from. */
export type Source =
  /** Written down as they are. */
  | { readonly kind: 'value'; readonly field: string; readonly aggregation: 'avg' | 'min' | 'max' | 'sum' }
  /** A counter that only grows, until it begins anew: its rate a second. */
  | { readonly kind: 'counter'; readonly field: string }
  /** Documents a second. None is zero, not a gap. */
  | { readonly kind: 'events' }
  /** So many percent of the values are at most this; in the unit of the field, divided. */
  | { readonly kind: 'percentile'; readonly field: string; readonly percent: number; readonly divisor: number }
  /** The part of the documents that match. */
  | { readonly kind: 'share'; readonly match: JsonObject };

export interface Curve {
  /** Key of the list `metric-parts` in `words.md` (`in`, `out`); empty for the only curve of its panel. */
  readonly part: string;
  readonly source: Source;
}

/** Curves of one unit, in one chart. */
export interface MetricPanel {
  /** Key of the list `metrics` in `words.md`. */
  readonly title: string;
  readonly unit: Unit;
  readonly curves: readonly Curve[];
  /** Left out where nothing was measured: few have it. */
  readonly optional?: true;
}

/** Devices, mounts, containers: values of a field that are told apart while reading. */
export interface Split {
  readonly field: string;
  /** Which of them count: whole disks but not their parts, interfaces to the outside but not the containers'. */
  readonly which: 'all' | 'disks' | 'interfaces';
  /** A curve for each, or one of all together. */
  readonly shown: 'each' | 'sum';
}

/** How a metric is read for one kind of target. */
export interface Reading {
  readonly index: string;
  readonly filter: readonly JsonObject[];
  readonly split: Split | null;
  readonly panels: readonly MetricPanel[];
}

export interface Metric {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Its title by language, where the configuration gives one; the templates have those of vigie's own. */
  readonly words: Readonly<Record<string, string>>;
  /** Null: it says nothing of that kind of target. */
  readonly readings: Readonly<Record<TargetKind, Reading | null>>;
}
