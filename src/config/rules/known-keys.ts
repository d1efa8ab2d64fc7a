import { nearest } from '#kernel/nearest.ts';
import { COMMON_KEYS, FORMS, typesWith } from './forms.ts';
import { IGNORED_KEYS, NEEDLESS, reasonToIgnore } from './ignored-keys.ts';
import type { Merged } from './merged.ts';
import { REFUSED_KEYS } from './refused.ts';
import { namesInTexts } from './texts.ts';
import type { TypeForm } from './type-form.ts';

/** One line for each key that nobody knows. @param form of the rule's type, if it has one */
export function unknownKeys(rule: Merged, form: TypeForm | null): readonly string[] {
  const named = namesInTexts(rule);
  return rule.keys
    .filter((key) => !isKnown(key) && !named.has(key))
    .map((key) => {
      const meant = nearest(key, candidates(form));
      return `${rule.ofKey([key])}: unknown key "${key}"${meant === null ? '' : `, did you mean "${meant}"?`}`;
    });
}

function isKnown(key: string): boolean {
  return COMMON_KEYS.has(key) || typesWith(key).length > 0 || Object.hasOwn(REFUSED_KEYS, key) || reasonToIgnore(key) !== null;
}

/** Those of the type first: of two that are as near, the first is meant. */
function candidates(form: TypeForm | null): readonly string[] {
  const forms = form === null ? [...FORMS.values()] : [form];
  return [...forms.flatMap(({ schema }) => Object.keys(schema.shape)), ...COMMON_KEYS, ...IGNORED_KEYS, ...Object.keys(REFUSED_KEYS)];
}

/** One line for each reason to read over keys, and for each that another type has. */
export function ignoredKeys(rule: Merged, form: TypeForm): readonly string[] {
  const idle = rule.keys.filter((key) => !COMMON_KEYS.has(key) && !NEEDLESS.has(key) && !Object.hasOwn(form.schema.shape, key));
  const byReason = Map.groupBy(idle, (key) => (typesWith(key).length > 0 ? `type ${form.type} has no use for it` : reasonToIgnore(key)));
  return [...byReason].flatMap(([reason, keys]) => {
    const [first = ''] = keys;
    return reason === null ? [] : [`${rule.ofKey([first])}: ${keys.join(', ')}: ignored: ${reason}`];
  });
}
