import { VigieError } from '#kernel/errors.ts';
import type { Person } from '#domain/operation/operation.ts';
import { requirementFor, type Requirement } from '#domain/operation/policy.ts';
import type { Risk } from '#domain/operation/states.ts';
import { namesOf, target, type Target } from '#domain/operation/target.ts';
import type { Entry } from './catalogue.ts';
import { warmthFor } from '../people/people.ts';
import type { Parsed } from './parse.ts';
import type { Proven } from './prove.ts';
import type { Context } from './context.ts';

let make: (person: Person, parsed: Parsed, proven: Proven) => Authorized;

/** Fourth stage: a command whose author may give it. Made here and nowhere else. */
export class Authorized {
  readonly #authorized = true;
  readonly person: Person;
  readonly parsed: Parsed;
  readonly proven: Proven;

  private constructor(person: Person, parsed: Parsed, proven: Proven) {
    this.person = person;
    this.parsed = parsed;
    this.proven = proven;
    Object.freeze(this);
  }

  static {
    make = (person, parsed, proven) => new Authorized(person, parsed, proven);
  }

  /** Keeps the brand from being dropped as unused; nothing else has it. */
  get isAuthorized(): boolean {
    return this.#authorized;
  }
}

/**
 * Checks that a person may ask for a command. Reads may rely on what the directory said a moment ago; everything with
 * effects asks it again.
 * @throws not_allowed, person_unknown, directory_unreachable, emergency_not_allowed
 */
export async function authorize(context: Context, proven: Proven, parsed: Parsed): Promise<Authorized> {
  const { handler } = parsed.entry;
  const { user, means } = proven.request;
  const person = await context.people.person(
    user,
    handler.kind === 'query' && leastRisk(parsed.entry) === 'read' ? 'cached' : warmthFor(means),
  );
  mayAsk(context, person, parsed.entry, typedTarget(targetOf(parsed)));
  if (parsed.command.emergency !== null && (handler.kind !== 'action' || handler.emergency === 'never'))
    throw new VigieError('emergency_not_allowed', { action: handler.id });
  return make(person, parsed, proven);
}

/** @throws not_allowed when the person holds none of the roles that the policy asks for */
export function mayAsk(context: Context, person: Person, entry: Entry, target: Target | null): void {
  if (isForEverybody(entry) && person.active && person.kind !== 'bot') return;
  const { roles } = requirementOf(context, entry, target, leastRisk(entry));
  if (!mayAskFor(person, roles)) throw new VigieError('not_allowed', { action: entry.handler.id, roles });
}

function isForEverybody({ handler }: Entry): boolean {
  return handler.kind === 'query' && handler.everybody === true;
}

export function mayAskFor(person: Person, roles: readonly string[]): boolean {
  return person.kind === 'person' && person.active && person.roles.some((role) => roles.includes(role));
}

/** What the policy asks of an action on a target, by whichever of its names a rule knows it. */
export function requirementOf(
  { policy, inventory }: Pick<Context, 'policy' | 'inventory'>,
  entry: Entry,
  target: Target | null,
  risk: Risk,
): Requirement {
  const names = target === null ? [] : [...new Set(namesOf(target).flatMap((name) => [name, ...inventory.namesOf(name)]))];
  const environment = names.map((name) => inventory.service(name).environment).find((found) => found !== null) ?? null;
  const like = entry.handler.kind === 'action' ? entry.handler.like : undefined;
  const alsoAction = like === undefined ? {} : { alsoAction: like };
  return requirementFor(policy, { action: entry.handler.id, ...alsoAction, target: target?.name ?? null, also: names, environment, risk });
}

/** A word as it was typed, before anything was looked up: `db:pad` and `vm:pad` are `pad` too. */
export function typedTarget(word: string | null): Target | null {
  return word === null ? null : target(word, word.replace(/^(?:db|vm):/u, ''));
}

/** The risk before anything was planned: where it depends on arguments, the lesser one; planning judges again. */
export function leastRisk({ handler }: Entry): Risk {
  if (handler.kind === 'vote') return 'read';
  if (handler.kind === 'query') return handler.risk ?? 'read';
  return typeof handler.risk === 'string' ? handler.risk : 'change';
}

/** The first positional field is the target that policy and posts name. */
export function targetOf({ entry, input }: Pick<Parsed, 'entry' | 'input'>): string | null {
  const first = entry.shape.positional[0];
  const value = first === undefined ? undefined : input[first.name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
