import type { JsonObject } from '#kernel/json.ts';

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What the aggregations of a rule compute. */
export type MetricAggregation = 'min' | 'max' | 'avg' | 'sum' | 'cardinality' | 'value_count' | 'percentiles';

export interface Metric {
  readonly field: string;
  readonly type: MetricAggregation;
  /** For `percentiles`: which one, 0 to 100. */
  readonly percentile: number | null;
  /** An Elasticsearch script in the place of a field, as it is. */
  readonly script: JsonObject | null;
}

/** Windows of an aggregation: the whole of `bufferTimeMs`, or buckets of its own. */
export interface Buckets {
  readonly bucketIntervalMs: number | null;
  readonly syncBucketInterval: boolean;
  readonly allowBufferTimeOverlap: boolean;
  /** The window is the time since the last look and not `bufferTimeMs`. */
  readonly useRunEveryQuerySize: boolean;
  readonly minDocCount: number;
}

/** Counts by the server instead of documents: ElastAlert's `use_count_query`, `use_terms_query`. Their times are ticks. */
export type CountedBy = 'documents' | 'count' | 'terms';

export interface SpikeWindows {
  readonly timeframeMs: number;
  readonly spikeHeight: number;
  readonly spikeType: 'up' | 'down' | 'both';
  readonly thresholdRef: number | null;
  readonly thresholdCur: number | null;
  readonly alertOnNewData: boolean;
}

/** What is asked of the outside by a rule of type `probe`. `target` is written as the kind wants it: a host, host:port, an address. */
export interface ProbeCheck {
  readonly kind: 'ping' | 'tcp' | 'http' | 'tls' | 'dns' | 'docker' | 'proxmox' | 'gluster' | 'raid' | 'smart' | 'addresses' | 'names';
  readonly targets: readonly string[];
  readonly timeoutMs: number;
  /** Fails so many times in a row before it counts. */
  readonly failures: number;
  /**
   * http: `status` (one or several; default below 400), `body` (text that must stand there), `redirects` (how many are
   * followed, default 5); dns: `addresses` (all of them), `server`; tls: `days` before the end, `servername`.
   */
  readonly expect: JsonObject;
}

/** What a type asks for; everything but `type` is as ElastAlert's documentation names it, in this project's spelling. */
export type RuleKind =
  | { readonly type: 'any' }
  | { readonly type: 'blacklist'; readonly compareKey: string; readonly values: readonly string[]; readonly filterByList: boolean }
  | {
      readonly type: 'whitelist';
      readonly compareKey: string;
      readonly values: readonly string[];
      readonly ignoreNull: boolean;
      readonly filterByList: boolean;
    }
  | { readonly type: 'change'; readonly compareKeys: readonly string[]; readonly ignoreNull: boolean; readonly timeframeMs: number | null }
  | {
      readonly type: 'frequency';
      readonly numEvents: number;
      readonly timeframeMs: number;
      readonly countedBy: CountedBy;
      readonly termsSize: number;
      readonly attachRelated: boolean;
    }
  | (SpikeWindows & {
      readonly type: 'spike';
      readonly fieldValue: string | null;
      readonly countedBy: CountedBy;
      readonly termsSize: number;
    })
  | {
      readonly type: 'flatline';
      readonly threshold: number;
      readonly timeframeMs: number;
      readonly forgetKeys: boolean;
      readonly countedBy: CountedBy;
      readonly termsSize: number;
    }
  | {
      readonly type: 'new_term';
      /** Each entry is one field, or several that count together. */
      readonly fields: readonly (readonly string[])[];
      readonly termsWindowMs: number;
      readonly windowStepMs: number;
      readonly termsSize: number;
      readonly alertOnMissingField: boolean;
      readonly useTermsQuery: boolean;
    }
  | {
      readonly type: 'cardinality';
      readonly field: string;
      readonly timeframeMs: number;
      readonly min: number | null;
      readonly max: number | null;
    }
  | (Buckets & {
      readonly type: 'metric_aggregation';
      readonly metric: Metric;
      readonly minThreshold: number | null;
      readonly maxThreshold: number | null;
      readonly formatString: string | null;
    })
  | (Buckets & SpikeWindows & { readonly type: 'spike_aggregation'; readonly metric: Metric })
  | (Buckets & {
      readonly type: 'percentage_match';
      /** Which of the documents count as matching. */
      readonly matchFilter: readonly JsonObject[];
      readonly minPercentage: number | null;
      readonly maxPercentage: number | null;
      readonly minDenominator: number;
      readonly formatString: string | null;
    })
  | {
      readonly type: 'forecast';
      readonly metric: Metric;
      /** The value that must not be reached, and from which side. */
      readonly limit: number;
      readonly direction: 'up' | 'down';
      /** How far ahead is looked, and how much of the past the line is drawn through. */
      readonly withinMs: number;
      readonly timeframeMs: number;
      /** Quiet as long as the value hasn't come so far. */
      readonly beyond: number | null;
    }
  | { readonly type: 'probe'; readonly check: ProbeCheck };

export type RuleType = RuleKind['type'];

/** A field and what it must be; several must all hold. `*` stands for any run of characters. */
export type Matchers = Readonly<Record<string, string>>;

/** Text with places to fill in: ElastAlert's `alert_text` and `alert_subject`, with the fields that fill them. */
export interface FilledText {
  readonly text: string;
  /** Names of fields, or of the rule's own keys. */
  readonly args: readonly string[];
  /** What the rule itself says under these names, where a document has no such field. */
  readonly own?: Readonly<Record<string, string>>;
  /** Stands where neither says anything. */
  readonly missing?: string;
}

/** A field of the post. */
export interface FilledField extends FilledText {
  readonly title: string;
  readonly short: boolean;
}

/** A link to the documents in Kibana's Discover. */
export interface DiscoverLink {
  /** Of Discover, up to the `#`. */
  readonly url: string;
  /** Id of the data view; null: Kibana's default one. */
  readonly dataView: string | null;
  readonly columns: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Rule<Kind extends RuleKind = RuleKind> {
  readonly name: string;
  /** Where it stands, for messages: `rules/disk.yaml`. */
  readonly file: string;
  readonly kind: Kind;
  readonly enabled: boolean;
  readonly severity: Severity;
  /** Name of the cluster in the configuration. */
  readonly cluster: string;
  readonly index: string;
  /** Queries that must all match, as Elasticsearch wants them. */
  readonly filter: readonly JsonObject[];
  readonly timestampField: string;
  readonly timestampType: 'iso' | 'unix' | 'unix_ms';
  readonly queryKey: readonly string[];
  readonly runEveryMs: number;
  readonly bufferTimeMs: number;
  /** How much later than the clock it looks, for documents that arrive late. */
  readonly queryDelayMs: number;
  /** A cron line: it looks only then. */
  readonly limitExecution: string | null;
  /** Fields to fetch for the texts; null for all. */
  readonly include: readonly string[] | null;
  readonly topCountKeys: readonly string[];
  readonly topCountNumber: number;

  // How the alert lives
  readonly forMs: number;
  /** How long it must be quiet before it counts as over; null: as the type has it. */
  readonly resolveAfterMs: number | null;
  /** Silence of ElastAlert's kind after an alert: no second notification of one key for so long. */
  readonly realertMs: number;
  readonly exponentialRealertMs: number | null;
  /** Keys that must report, so that one never seen counts as silent: each a value of every field of the key. */
  readonly expect: readonly Readonly<Record<string, string>>[];
  readonly inhibits: readonly Matchers[];
  /** Fields whose values make one post; null: the host, or else the rule. */
  readonly groupBy: readonly string[] | null;

  // What people see
  /** Name of a channel; null: the configured one. */
  readonly channel: string | null;
  /** One sentence and a way out, by language. */
  readonly summary: Readonly<Record<string, string>>;
  readonly runbook: Readonly<Record<string, string>>;
  readonly runbookUrl: string | null;
  readonly chart: boolean;
  readonly subject: FilledText | null;
  readonly text: FilledText | null;
  readonly fields: readonly FilledField[];
  readonly color: string | null;
  readonly discover: DiscoverLink | null;
  /** A command written out, such as `restart pad`; `{field}` in it stands for a value of the key, and must be a name of the configuration. */
  readonly remedy: string | null;
  /** Hash of what it means: a rule that changed starts with an empty memory. */
  readonly hash: string;
}
