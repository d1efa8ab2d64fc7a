import { fold } from '#kernel/fold.ts';

/** Verbs whose imperative no rule makes, to one person and to several. */
const IRREGULAR: Readonly<Record<string, readonly string[]>> = {
  clore: ['clos', 'closez'],
  eteindre: ['éteins', 'éteignez'],
  faire: ['fais', 'faites'],
  mettre: ['mets', 'mettez'],
  prendre: ['prends', 'prenez'],
  revenir: ['reviens', 'revenez'],
  suivre: ['suis', 'suivez'],
  taire: ['tais', 'taisez'],
};

/** What a verb in -er loses, and how its imperatives end: `redémarre`, `redémarres` (which many write), `redémarrez`. */
const REGULAR: readonly (readonly [RegExp, readonly string[]])[] = [
  [/[ou]yer$/u, ['ie', 'ies', 'yez']],
  [/er$/u, ['e', 'es', 'ez']],
  [/ir$/u, ['is', 'issez']],
];

function ofVerb(verb: string): readonly string[] {
  const folded = fold(verb);
  if (Object.hasOwn(IRREGULAR, folded)) return IRREGULAR[folded] ?? [];
  const [ending, forms] = REGULAR.find(([pattern]) => pattern.test(folded)) ?? [];
  if (ending === undefined || forms === undefined) return [];
  return forms.map((form) => verb.slice(0, /[ou]yer$/u.test(folded) ? -3 : -2) + form);
}

/**
 * How a French name of an action is said to somebody: `redémarrer vm` as `redémarre vm` and `redémarrez vm`. Each verb of a name of
 * several takes the same form.
 * @returns nothing for a name without a verb
 */
export function imperativesOf(name: string): readonly string[] {
  const parts = name.split(/([ -])/u);
  const forms = parts.map(ofVerb);
  const most = Math.max(...forms.map(({ length }) => length));
  return Array.from({ length: most }, (_, index) => parts.map((part, at) => forms[at]?.[index] ?? forms[at]?.at(-1) ?? part).join(''));
}
