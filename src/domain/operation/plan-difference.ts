import type { Json, JsonObject } from '#kernel/json.ts';
import type { Effect, Plan } from './operation.ts';

/** One effect that is in both plans, and what of it differs. */
type Changed = {
  readonly effect: Effect;
  readonly fields: readonly { readonly field: string; readonly from: string; readonly to: string }[];
};

/**
 * What differs between what was approved and what would happen now, one line an effect, for people. An effect that would read the same in
 * both plans is told by what differs in it: nobody can see anything in two equal lines.
 */
export function planDifference(before: Plan, after: Plan): JsonObject {
  const [old, fresh] = [written(before.effects), written(after.effects)];
  const gone = before.effects.filter((effect) => !fresh.has(JSON.stringify(effect)));
  const added = after.effects.filter((effect) => !old.has(JSON.stringify(effect)));
  const pairs = gone.flatMap((effect): Changed[] => {
    const twin = added.find((each) => readsAs(each) === readsAs(effect));
    return twin === undefined ? [] : [{ effect, fields: fieldsOf(effect, twin) }];
  });
  const paired = new Set(pairs.map(({ effect }) => readsAs(effect)));
  const alone = (effects: readonly Effect[]): Effect[] => onceEach(effects.filter((effect) => !paired.has(readsAs(effect))));
  return {
    gone: alone(gone),
    added: alone(added),
    changed: pairs.filter(({ effect }, index) => pairs.findIndex((each) => readsAs(each.effect) === readsAs(effect)) === index),
    // The effects may read the same while what they start from has moved.
    basis_only: gone.length === 0 && added.length === 0,
  };
}

function written(effects: readonly Effect[]): ReadonlySet<string> {
  return new Set(effects.map((effect) => JSON.stringify(effect)));
}

/** What a line about it says: its kind and what it leads to or is about; an image without its digest, which no line has room for. */
function readsAs({ kind, to, name }: Effect): string {
  return JSON.stringify([kind, typeof to === 'string' ? to.replace(/@sha256:.*$/u, '') : (to ?? name ?? null)]);
}

function onceEach(effects: readonly Effect[]): Effect[] {
  return effects.filter((effect, index) => effects.findIndex((each) => readsAs(each) === readsAs(effect)) === index);
}

function fieldsOf(before: Effect, after: Effect): Changed['fields'] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((field) => {
    const [from, to] = [shown(before[field]), shown(after[field])];
    return from === to ? [] : [{ field, from, to }];
  });
}

function shown(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined ? '–' : JSON.stringify(value);
}
