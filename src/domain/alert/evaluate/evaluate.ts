import type { Look } from '../look.ts';
import type { Rule } from '../rule.ts';
import { together, type Inquiry } from './inquiry.ts';
import { evaluateMatching } from './matching.ts';
import type { Evaluation, Scene } from './scene.ts';
import { reportsOf, silentKeys } from './silence.ts';
import { evaluateThresholds } from './thresholds.ts';

/** One look of one rule: what it found, and how its open keys stand. */
export function* inquireInto(request: Omit<Scene, 'kind'>): Inquiry<Look> {
  const scene: Scene = { ...request, kind: request.rule.kind };
  const [evaluated, silent] = yield* together(evaluate(scene), silentKeys(scene));
  return {
    findings: evaluated.findings,
    reports: reportsOf(evaluated, scene.open, silent),
    memory: { ...evaluated.memory, columns: scene.columns },
  };
}

/** Fields that a rule is aggregated by: whoever runs it finds out by which names. */
export function columnsWanted({ kind, queryKey }: Rule): readonly string[] {
  return [...new Set([...queryKey, ...('compareKey' in kind ? [kind.compareKey] : [])])];
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
    default:
      throw new TypeError(`a rule of type ${kind.type} looks at no documents`);
  }
}
