import type { Look } from '../look.ts';
import { evaluateCardinality } from './cardinality.ts';
import { evaluateChange } from './change.ts';
import { evaluateFlatline } from './flatline.ts';
import { evaluateForecast } from './forecast.ts';
import { evaluateFrequency } from './frequency.ts';
import { together, type Inquiry } from './inquiry.ts';
import { evaluateMatching } from './matching.ts';
import { evaluateNewTerm } from './new-term.ts';
import type { Evaluated, Evaluation, Scene } from './scene.ts';
import { fieldsBeyond, readBeyond } from './beyond.ts';
import { reportsOf, silentKeys } from './silence.ts';
import { evaluateSpikeAggregation } from './spike-aggregation.ts';
import { evaluateSpike } from './spike.ts';
import { evaluateThresholds } from './thresholds.ts';

/** One look of one rule: what it found, and how its open keys stand. */
export function* inquireInto(request: Omit<Scene, 'kind'>): Inquiry<Look> {
  const scene: Scene = { ...request, kind: request.rule.kind };
  const [[evaluated, silent], beyond] = yield* together(seen(scene), fieldsBeyond(scene));
  if (beyond.length === 0) return lookOf(scene, evaluated, silent);
  return lookOf(scene, ...(yield* seen(readBeyond(scene, beyond))));
}

function seen(scene: Scene): Inquiry<readonly [Evaluated, ReadonlySet<string>]> {
  return together(evaluate(scene), silentKeys(scene));
}

/** @param scene what is remembered of the fields is without what was too long for them this time */
function lookOf(scene: Scene, evaluated: Evaluated, silent: ReadonlySet<string>): Look {
  const { readings = {} } = scene;
  return {
    findings: evaluated.findings,
    reports: reportsOf(evaluated, scene.open, silent),
    memory: { ...evaluated.memory, columns: scene.columns, ...(Object.keys(readings).length === 0 ? {} : { readings }) },
    ...(evaluated.counted === undefined || evaluated.counted === 0 ? {} : { counted: evaluated.counted }),
    ...(evaluated.forgotten === undefined || evaluated.forgotten.count === 0 ? {} : { forgotten: evaluated.forgotten }),
    ...(evaluated.together === undefined ? {} : { together: evaluated.together }),
  };
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
