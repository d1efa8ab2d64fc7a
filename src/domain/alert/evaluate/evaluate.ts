import type { Look } from '../look.ts';
import type { Rule, RuleKind } from '../rule.ts';
import { evaluateCardinality } from './cardinality.ts';
import { evaluateChange } from './change.ts';
import { evaluateFlatline } from './flatline.ts';
import { evaluateForecast } from './forecast.ts';
import { evaluateFrequency } from './frequency.ts';
import { together, type Inquiry } from './inquiry.ts';
import { evaluateMatching } from './matching.ts';
import { evaluateNewTerm } from './new-term.ts';
import type { Evaluation, Scene } from './scene.ts';
import { reportsOf, silentKeys } from './silence.ts';
import { evaluateSpikeAggregation } from './spike-aggregation.ts';
import { evaluateSpike } from './spike.ts';
import { evaluateThresholds } from './thresholds.ts';

/** One look of one rule: what it found, and how its open keys stand. */
export function* inquireInto(request: Omit<Scene, 'kind'>): Inquiry<Look> {
  const scene: Scene = { ...request, kind: request.rule.kind };
  const [evaluated, silent] = yield* together(evaluate(scene), silentKeys(scene));
  return {
    findings: evaluated.findings,
    reports: reportsOf(evaluated, scene.open, silent),
    memory: { ...evaluated.memory, columns: scene.columns },
    ...(evaluated.counted === undefined || evaluated.counted === 0 ? {} : { counted: evaluated.counted }),
  };
}

/** Fields that a rule is aggregated by: whoever runs it finds out by which names. */
export function columnsWanted({ kind, queryKey }: Rule): readonly string[] {
  return [...new Set([...queryKey, ...ownColumns(kind)])];
}

function ownColumns(kind: RuleKind): readonly string[] {
  switch (kind.type) {
    case 'blacklist':
    case 'whitelist':
      return [kind.compareKey];
    case 'change':
      return kind.compareKeys;
    case 'new_term':
      return kind.fields.flat();
    case 'cardinality':
      return [kind.field];
    case 'spike':
      return kind.fieldValue === null ? [] : [kind.fieldValue];
    default:
      return [];
  }
}

function evaluate(scene: Scene): Evaluation {
  const { kind } = scene;
  switch (kind.type) {
    case 'any':
    case 'blacklist':
    case 'whitelist':
      return evaluateMatching({ ...scene, kind });
    case 'metric_aggregation':
    case 'percentage_match':
      return evaluateThresholds({ ...scene, kind });
    case 'spike_aggregation':
      return evaluateSpikeAggregation({ ...scene, kind });
    case 'frequency':
      return evaluateFrequency({ ...scene, kind });
    case 'spike':
      return evaluateSpike({ ...scene, kind });
    case 'flatline':
      return evaluateFlatline({ ...scene, kind });
    case 'cardinality':
      return evaluateCardinality({ ...scene, kind });
    case 'change':
      return evaluateChange({ ...scene, kind });
    case 'new_term':
      return evaluateNewTerm({ ...scene, kind });
    case 'forecast':
      return evaluateForecast({ ...scene, kind });
    case 'probe':
      throw new TypeError('a probe asks the outside, not documents');
    default:
      return kind satisfies never;
  }
}
