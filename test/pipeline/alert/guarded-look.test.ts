import { describe, expect, it } from 'vitest';
import type { Outcome } from '#domain/alert/transition.ts';
import { guardLooks } from '#pipeline/alert/guarded-look.ts';
import type { LookRequest } from '#pipeline/alert/polling.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';

const FINE: Outcome = { ok: true, look: { findings: [], reports: [], memory: {} } };
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const signal = new AbortController().signal;
const request = (name: string): LookRequest => ({ rule: rule({ name }), memory: null, span: { from: 0, to: 1 }, open: [] });

/** A store whose process may die: what it had written stays. */
class Facts {
  readonly values = new Map<string, string>();
  fact = async (name: string): Promise<string | null> => this.values.get(name) ?? null;
  remember = async (name: string, value: string): Promise<void> => void this.values.set(name, value);
}

class Died extends Error {}

/** Processes one after the other on the same store; a look at `deadly` ends one, careful or not. */
function lives(deadly: (rules: readonly string[], careful: boolean) => boolean) {
  const facts = new Facts();
  const clock = new ManualClock();
  const search = new MemorySearch(clock);
  const looks: string[] = [];
  return {
    looks,
    live: async (rounds: number, ...names: string[]): Promise<readonly (readonly Outcome[])[] | 'died'> => {
      // What a process writes after its death is written nowhere.
      let alive = true;
      const own = { fact: facts.fact, remember: async (name: string, value: string) => (alive ? facts.remember(name, value) : undefined) };
      const guarded = await guardLooks(
        async (requests) => {
          const rules = requests.map((each) => each.rule.name);
          const careful = requests.some((each) => each.cautious === true);
          looks.push(`${rules.join('+')}${careful ? ' with care' : ''}`);
          if (deadly(rules, careful)) {
            alive = false;
            throw new Died();
          }
          return requests.map(() => FINE);
        },
        own,
        clock,
        quiet,
      );
      const all: (readonly Outcome[])[] = [];
      try {
        for (let round = 0; round < rounds; round += 1) all.push(await guarded.look(names.map(request), search, signal));
        return all;
      } catch (error) {
        if (error instanceof Died) return 'died';
        throw error;
      }
    },
  };
}

describe('a look that ended the process', () => {
  it('is done with care by the next one, each rule alone, and then as ever', async () => {
    const { live, looks } = lives((rules) => rules.length === 3 && looks.length === 1);
    expect(await live(1, 'a', 'b', 'c')).toBe('died');
    expect(await live(2, 'a', 'b', 'c')).toEqual([
      [FINE, FINE, FINE],
      [FINE, FINE, FINE],
    ]);
    expect(looks).toEqual(['a+b+c', 'a with care', 'b with care', 'c with care', 'a+b+c']);
  });

  it('because of one rule does not keep the others from being looked at, nor is it done again for ever', async () => {
    const { live, looks } = lives((rules) => rules.includes('b'));
    expect(await live(1, 'a', 'b', 'c')).toBe('died');
    expect(await live(1, 'a', 'b', 'c')).toBe('died');
    expect(await live(1, 'a', 'b', 'c')).toBe('died');
    const last = await live(1, 'a', 'b', 'c');
    const outcomes = last === 'died' ? [] : last[0];
    expect(outcomes?.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(outcomes?.[1]).toMatchObject({ problem: { code: 'look_too_large', params: { rule: 'b' } } });
    expect(looks).toEqual(['a+b+c', 'a with care', 'b with care', 'b with care', 'a+c']);
  });

  it('that goes well with care stays careful', async () => {
    const { live, looks } = lives((rules, careful) => rules.includes('b') && (!careful || looks.length === 3));
    expect(await live(1, 'a', 'b')).toBe('died');
    expect(await live(1, 'a', 'b')).toBe('died');
    expect(await live(2, 'a', 'b')).not.toBe('died');
    expect(looks.slice(3)).toEqual(['b with care', 'a', 'b with care', 'a']);
  });

  it('that merely fails leaves no mark', async () => {
    const { live, looks } = lives(() => false);
    await live(1, 'a');
    await live(1, 'a');
    expect(looks).toEqual(['a', 'a']);
  });
});
