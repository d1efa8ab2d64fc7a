import { nearest } from '#kernel/nearest.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Merged } from './merged.ts';

export interface LoadedRule {
  readonly rule: Rule;
  readonly merged: Merged;
}

/** What only all rules together can tell. */
export function crossRules(loaded: readonly LoadedRule[]): { readonly problems: readonly string[]; readonly warnings: readonly string[] } {
  const names = loaded.map(({ rule }) => rule.name);
  return {
    problems: loaded.flatMap(({ rule, merged }, index) => {
      const first = loaded.findIndex((other) => other.rule.name === rule.name);
      const place = merged.has('name') ? merged.ofValue(['name']) : merged.source.at(0);
      const reserved = rule.name.startsWith('vigie:') ? [`${place}: name: names that begin with vigie: are vigie's own`] : [];
      return first === index
        ? reserved
        : [`${place}: name: ${loaded[first]?.rule.file ?? ''} has the name "${rule.name}" already`, ...reserved];
    }),
    warnings: loaded.flatMap((one) => strayInhibitions(one, names)),
  };
}

/** An inhibition of a rule that isn't there does nothing, and nobody would notice. */
function strayInhibitions({ rule, merged }: LoadedRule, names: readonly string[]): readonly string[] {
  return rule.inhibits.flatMap((matchers, index) => {
    const wanted = matchers['rule'];
    if (wanted === undefined || /[*{]/u.test(wanted) || names.includes(wanted)) return [];
    const meant = nearest(wanted, names);
    const path = ['inhibits', index, 'rule'];
    return [
      `${merged.ofValue(path)}: inhibits.${index}.rule: there is no rule "${wanted}"${meant === null ? '' : `, did you mean "${meant}"?`}`,
    ];
  });
}
