import { z } from 'zod';
import type { Clock } from '#kernel/clock.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import type { Problem } from '#kernel/errors.ts';
import type { Outcome } from '#domain/alert/transition.ts';
import type { Cursors } from '#ports/store.ts';
import type { Log } from '#ports/log.ts';
import type { LookRequest, PollOptions } from './polling.ts';

/**
 * Looks that are written down before they begin. A vigie that finds such a mark at its start died in one of them, perhaps of it: each of
 * those rules is looked at alone then, and counted rather than read, so that nothing is done twice that may end the process twice.
 */
export interface GuardedLook {
  readonly look: PollOptions['look'];
  /** Rules that are looked at with care, since a vigie died while it looked at them. */
  readonly suspects: ReadonlySet<string>;
}

type Look = (
  requests: readonly (LookRequest & { readonly cautious?: boolean })[],
  ...rest: [Parameters<PollOptions['look']>[1], AbortSignal]
) => Promise<readonly Outcome[]>;

const MARK = 'looking';
const markSchema = z.object({ rules: z.array(z.string()), deaths: z.record(z.string(), z.number()) });
/** So often a vigie may die in a careful look at one rule alone, before that rule waits. */
const DEATHS = 2;
const WAIT_MS = 3_600_000;

export async function guardLooks(look: Look, facts: Pick<Cursors, 'fact' | 'remember'>, clock: Clock, log: Log): Promise<GuardedLook> {
  const before = await readMark(facts, log);
  const startedAt = clock.now();
  const suspects = new Set(before.rules);
  /** Times that a vigie died while it looked at this rule alone. */
  const deaths = new Map(Object.entries(before.deaths).filter(([rule]) => suspects.has(rule)));
  const running = new Map<symbol, readonly string[]>();
  if (suspects.size > 0) log.warn({ rules: [...suspects] }, 'vigie died during a look: these rules are looked at alone, and with care');

  const write = async (): Promise<void> => {
    const rules = [...running.values()].flat();
    const [only] = rules;
    // It may be the one: if nobody takes this back, it died once more.
    const counted = rules.length === 1 && only !== undefined && suspects.has(only) ? { [only]: (deaths.get(only) ?? 0) + 1 } : {};
    await facts
      .remember(MARK, rules.length === 0 ? '' : JSON.stringify({ rules, deaths: counted }))
      .catch((error: unknown) => log.warn({ error }, 'a look could not be written down'));
  };
  const marked = async <T>(rules: readonly string[], act: () => Promise<T>): Promise<T> => {
    const id = Symbol();
    running.set(id, rules);
    await write();
    try {
      return await act();
    } finally {
      running.delete(id);
      await write();
    }
  };
  const careful = async (request: LookRequest, search: Parameters<Look>[1], signal: AbortSignal): Promise<Outcome> => {
    const { name } = request.rule;
    if ((deaths.get(name) ?? 0) >= DEATHS && clock.now() - startedAt < WAIT_MS) return { ok: false, problem: deadly(name) };
    const [outcome] = await marked([name], () => look([{ ...request, cautious: true }], search, signal));
    // Others were looked at beside it when vigie died: it wasn't this one.
    if (outcome?.ok === true && !deaths.has(name)) suspects.delete(name);
    return outcome ?? { ok: false, problem: { code: 'internal', params: { reason: 'a look had no end' } } };
  };
  return {
    suspects,
    async look(requests, search, signal) {
      const outcomes = new Map<LookRequest, Outcome>();
      for (const request of requests.filter(({ rule }) => suspects.has(rule.name)))
        outcomes.set(request, await careful(request, search, signal));
      const others = requests.filter((request) => !outcomes.has(request));
      if (others.length > 0) {
        const looked = await marked(
          others.map(({ rule }) => rule.name),
          () => look(others, search, signal),
        );
        for (const [index, outcome] of looked.entries()) {
          const request = others[index];
          if (request !== undefined) outcomes.set(request, outcome);
        }
      }
      return requests.map(
        (request) => outcomes.get(request) ?? { ok: false, problem: { code: 'internal', params: { reason: 'no answer' } } },
      );
    },
  };
}

function deadly(rule: string): Problem {
  return { code: 'look_too_large', params: { rule, documents: null, limit: BOUNDS.cautiousDocuments.most } };
}

async function readMark(facts: Pick<Cursors, 'fact'>, log: Log): Promise<z.output<typeof markSchema>> {
  const none = { rules: [], deaths: {} };
  try {
    const text = await facts.fact(MARK);
    return text === null || text === '' ? none : markSchema.parse(JSON.parse(text));
  } catch (error) {
    log.warn({ error }, 'the mark of the last look could not be read');
    return none;
  }
}
