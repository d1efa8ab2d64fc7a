import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Inbound, Proposal } from '#domain/operation/inbound.ts';
import { APPROVE_WITHIN_MS, START_WITHIN_MS } from '#domain/operation/limits.ts';
import type { Means } from '#domain/operation/means.ts';
import { hashPlan } from '#domain/operation/plan.ts';
import { isFinal, type Risk, type State } from '#domain/operation/states.ts';
import type { Verdict } from '#domain/operation/votes.ts';
import { LOCK, Machine, received, requirement, somebody, type Outcome } from './machine.ts';

const PEOPLE = ['alice', 'bob', 'carol', 'zoe', 'gus', 'bot'] as const;
type Name = (typeof PEOPLE)[number];
const PERSONS = {
  alice: somebody('alice'),
  bob: somebody('bob'),
  carol: somebody('carol'),
  zoe: somebody('zoe', { roles: ['member'] }),
  gus: somebody('gus', { kind: 'guest', roles: [] }),
  bot: somebody('bot', { kind: 'bot' }),
};

/** What may happen, in any order: the runner's own moves too, so that no order of its steps is taken for granted. */
type Happening =
  | {
      readonly what: 'vote';
      readonly who: Name;
      readonly verdict: Verdict;
      readonly means: Means;
      readonly hash: 'current' | 'former' | 'made up';
      readonly key: string | null;
    }
  | { readonly what: 'withdraw'; readonly who: Name; readonly verdict: Verdict; readonly hash: 'current' | 'former' }
  | { readonly what: 'start'; readonly moved: boolean }
  | { readonly what: 'end'; readonly state: 'succeeded' | 'failed' | 'indeterminate' | 'cancelled' }
  | { readonly what: 'wait'; readonly ms: number }
  | { readonly what: 'role'; readonly who: Name; readonly has: boolean }
  | { readonly what: 'other lock'; readonly held: boolean }
  | {
      readonly what: 'plan' | 'refuse' | 'tick' | 'recheck' | 'lock' | 'hold' | 'refuse start' | 'progress' | 'settle' | 'close' | 'tamper';
    };

const who = fc.constantFrom(...PEOPLE);
const verdict = fc.constantFrom<Verdict>('approve', 'approve', 'approve', 'veto', 'cancel');
const means = fc.constantFrom<Means>('reaction', 'reaction', 'post', 'slash', 'button', 'socket');
const key = fc.option(fc.constantFrom('k1', 'k2', 'k3'), { freq: 2 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant('vote'),
      who,
      verdict,
      means,
      hash: fc.constantFrom('current', 'current', 'current', 'former', 'made up'),
      key,
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('withdraw'), who, verdict, hash: fc.constantFrom('current', 'former') }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('start'), moved: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('end'), state: fc.constantFrom('succeeded', 'failed', 'indeterminate', 'cancelled') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('wait'),
      ms: fc.constantFrom(1_000, START_WITHIN_MS / 2, START_WITHIN_MS, APPROVE_WITHIN_MS / 2, APPROVE_WITHIN_MS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('role'), who, has: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('other lock'), held: fc.boolean() }) },
  {
    weight: 10,
    arbitrary: fc.record({
      what: fc.constantFrom(
        'plan',
        'tick',
        'recheck',
        'lock',
        'lock',
        'hold',
        'progress',
        'settle',
        'close',
        'tamper',
        'refuse',
        'refuse start',
      ),
    }),
  },
);

/** Random lives would seldom get far: stretches of a good one are thrown in. */
const stretch: fc.Arbitrary<readonly Happening[]> = fc.oneof(
  { weight: 4, arbitrary: happening.map((one) => [one]) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<Name>('alice', 'bob', 'carol')
      .map((name): Happening[] => [{ what: 'vote', who: name, verdict: 'approve', means: 'reaction', hash: 'current', key: null }]),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Happening[]>([
      { what: 'vote', who: 'bob', verdict: 'approve', means: 'reaction', hash: 'current', key: null },
      { what: 'recheck' },
      { what: 'lock' },
    ]),
  },
);

/** Plays happenings on one operation, and tells each of what they came to. */
class Play {
  readonly machine: Machine;
  readonly #risk: Risk;
  readonly #approvers: number | undefined;
  #world = 0;
  #former = 'v1:none';

  constructor(risk: Risk, approvers: number | undefined, emergency: boolean) {
    this.#risk = risk;
    this.#approvers = approvers;
    this.machine = new Machine(received({ emergency: emergency ? 'the site is down' : null }), Object.values(PERSONS));
  }

  #proposal(round: number): Proposal {
    const plan = hashPlan(this.machine.operation, round, {
      basis: { world: this.#world },
      effects: [{ kind: 'replicas', to: this.#world + 1 }],
      locks: [LOCK],
      risk: this.#risk,
    });
    const needs = requirement(this.#risk, this.#approvers, this.machine.operation.emergency !== null);
    return {
      plan,
      target: 'pad',
      requirement: needs,
      eligible: [...this.machine.people.values()].filter(({ roles }) => roles.includes('operator')),
    };
  }

  play(next: Happening): Outcome | null {
    const { machine } = this;
    if (next.what === 'wait') machine.now += next.ms;
    else if (next.what === 'role')
      machine.people.set(next.who, { ...PERSONS[next.who], roles: next.has ? ['operator'] : [], active: next.has });
    else if (next.what === 'other lock')
      machine.locks = [
        ...machine.locks.filter(({ operation }) => operation === 'p7k'),
        ...(next.held && machine.locks.length === 0 ? [{ path: 'swarm', operation: 'q8l' }] : []),
      ];
    else {
      const before = machine.operation.plan?.hash;
      const outcome = machine.take(this.#inbound(next));
      if (before !== undefined && machine.operation.plan?.hash !== before) this.#former = before;
      return outcome;
    }
    return null;
  }

  #inbound(next: Exclude<Happening, { what: 'wait' | 'role' | 'other lock' }>): Inbound {
    const { operation, people, now } = this.machine;
    const hash = (of: 'current' | 'former' | 'made up'): string =>
      of === 'current' ? (operation.plan?.hash ?? 'v1:none') : of === 'former' ? this.#former : 'v1:made-up';
    switch (next.what) {
      case 'vote': {
        const person = people.get(next.who) ?? PERSONS[next.who];
        const vote = {
          operation: operation.id,
          planHash: hash(next.hash),
          user: next.who,
          verdict: next.verdict,
          means: next.means,
          at: now,
        };
        return { kind: 'voted', key: next.key, vote, person };
      }
      case 'withdraw':
        return { kind: 'withdrawn', user: next.who, planHash: hash(next.hash), verdict: next.verdict };
      case 'start': {
        if (next.moved) this.#world += 1;
        const same = this.#proposal(operation.round);
        const proposal = same.plan.hash === operation.plan?.hash ? same : this.#proposal(operation.round + 1);
        return { kind: 'started', proposal, difference: null };
      }
      case 'end':
        return { kind: 'ended', outcome: { state: next.state, result: null, problem: null } };
      case 'plan':
        return { kind: 'planned', proposal: this.#proposal(1) };
      case 'refuse':
        return { kind: 'plan-refused', problem: { code: 'service_unknown', params: {} } };
      case 'tick':
        return { kind: 'ticked' };
      case 'recheck':
        return { kind: 'rechecked' };
      case 'lock':
        return { kind: 'locking' };
      case 'hold':
        return { kind: 'held', problem: { code: 'locked', params: {} } };
      case 'refuse start':
        return { kind: 'start-refused', problem: { code: 'service_unknown', params: {} } };
      case 'progress':
        return { kind: 'progressed', progress: { running: now } };
      case 'settle':
        return { kind: 'settled', by: PERSONS.bob, outcome: 'done', reason: 'I looked' };
      case 'close':
        return { kind: 'closed', by: PERSONS.bob };
      case 'tamper':
        return { kind: 'tampered', by: null };
      default:
        return next satisfies never;
    }
  }
}

const setting = fc.record({
  risk: fc.constantFrom<Risk>('safe', 'change', 'change', 'danger', 'danger', 'danger'),
  approvers: fc.constantFrom(undefined, undefined, 0, 1, 2),
  emergency: fc.boolean(),
});

/** Checks something of every move of many random lives; each begins with its plan. */
function always(
  check: (outcome: Outcome, play: Play, happening: Happening) => void,
  only: { risk?: Risk; emergency?: boolean; runs?: number } = {},
): void {
  fc.assert(
    fc.property(setting, fc.array(stretch, { maxLength: 30 }), ({ risk, approvers, emergency }, stretches) => {
      const play = new Play(only.risk ?? risk, approvers, only.emergency ?? emergency);
      for (const next of [{ what: 'plan' } as const, ...stretches.flat()]) {
        const outcome = play.play(next);
        if (outcome !== null) check(outcome, play, next);
      }
    }),
    { numRuns: only.runs ?? 400 },
  );
}

const PROVEN: readonly Means[] = ['reaction', 'post', 'socket'];
const began = ({ before, after }: Outcome): boolean => before.state !== 'running' && after.state === 'running';

describe('the life of an operation', () => {
  it('knows no transition that is not in the table', () => {
    always(() => undefined);
  });

  it('reaches every state that follows a plan', () => {
    const reached = new Set<State>(['received']);
    always(
      ({ commit }) => {
        for (const { to } of commit.transitions ?? []) reached.add(to);
      },
      { runs: 4_000 },
    );
    expect([...reached].toSorted()).toEqual([
      'approved',
      'cancelled',
      'denied',
      'expired',
      'failed',
      'indeterminate',
      'received',
      'running',
      'stale',
      'succeeded',
      'waiting',
    ]);
  });

  it('never starts a danger without the proven vote of somebody else who may approve it now, for this very plan', () => {
    always(
      (outcome, { machine }) => {
        if (!began(outcome)) return;
        const { plan, requirement: needs } = outcome.after;
        const others = machine.votes.filter((vote) => {
          const person = machine.people.get(vote.user);
          const may =
            person !== undefined &&
            person.active &&
            person.kind === 'person' &&
            person.roles.some((role) => needs?.approvedBy.includes(role));
          return may && vote.verdict === 'approve' && vote.user !== 'alice' && vote.planHash === plan?.hash && PROVEN.includes(vote.means);
        });
        expect(new Set(others.map(({ user }) => user)).size).toBeGreaterThanOrEqual(needs?.approvers ?? 1);
      },
      { risk: 'danger', emergency: false },
    );
  });

  it('never starts a change without as many votes as the policy asks for, none of them by a slash command', () => {
    always(
      (outcome, { machine }) => {
        if (!began(outcome)) return;
        const counted = machine.votes.filter(
          ({ verdict: said, planHash, means: by }) => said === 'approve' && planHash === outcome.after.plan?.hash && by !== 'slash',
        );
        expect(new Set(counted.map(({ user }) => user)).size).toBeGreaterThanOrEqual(outcome.after.requirement?.approvers ?? 1);
      },
      { risk: 'change' },
    );
  });

  it('starts in an emergency only what its requester or an approver confirmed', () => {
    always(
      (outcome, { machine }) => {
        if (began(outcome))
          expect(
            machine.votes.some(
              ({ user, verdict: said, planHash }) =>
                said === 'approve' && planHash === outcome.after.plan?.hash && ['alice', 'bob', 'carol', 'zoe', 'gus'].includes(user),
            ),
          ).toBe(true);
      },
      { risk: 'danger', emergency: true },
    );
  });

  it('ends for ever: after a ❌, an expiry or any other end nothing moves it', () => {
    always(({ before, commit }) => {
      if (isFinal(before.state)) for (const { to } of commit.transitions ?? []) expect(to).toBe(before.state);
    });
  });

  it('starts nothing once the time to start is over', () => {
    always((outcome, { machine }) => {
      if (began(outcome) && outcome.before.startBy !== null) expect(machine.now).toBeLessThan(outcome.before.startBy);
    });
  });

  it('approves nothing once the time to approve is over', () => {
    always(({ before, after }, { machine }) => {
      if (before.state === 'waiting' && after.state === 'approved' && before.approveBy !== null)
        expect(machine.now).toBeLessThan(before.approveBy);
    });
  });

  it('holds locks only from its approval to its end', () => {
    always(({ after }, { machine }) => {
      const holds = machine.locks.some(({ operation }) => operation === 'p7k');
      if (holds) expect(['approved', 'running', 'indeterminate']).toContain(after.state);
      if (after.state === 'running') expect(holds).toBe(true);
    });
  });

  it('never counts a vote for another plan', () => {
    always(({ before, after, commit }, _play, next) => {
      if (next.what !== 'vote' || next.hash === 'current' || before.state === 'running') return;
      if (next.hash === 'former' && before.round < 2) return;
      expect([commit.votes ?? [], commit.transitions ?? [], after]).toEqual([[], [], before]);
    });
  });

  it('takes what was decided already for done', () => {
    always((_outcome, { machine }, next) => {
      if (next.what !== 'vote' || next.key === null) return;
      const person = PERSONS[next.who];
      const vote = {
        operation: 'p7k',
        planHash: machine.operation.plan?.hash ?? '',
        user: next.who,
        verdict: 'approve',
        means: 'reaction',
        at: machine.now,
      } as const;
      expect(machine.take({ kind: 'voted', key: next.key, vote, person }).stored).toBe('seen');
    });
  });

  it('tells of every change of state: in its post, and in the audit', () => {
    always(({ commit }) => {
      for (const { from, to } of commit.transitions ?? []) {
        if (from === to) continue;
        expect(commit.audit?.length ?? 0).toBeGreaterThan(0);
        const told = (commit.say ?? []).map(({ message }) => (message.template === 'refusal' ? 'refused' : message.data['state']));
        expect(told).toContain(to);
      }
    });
  });

  it('mentions whoever asked when it ends badly', () => {
    always(({ before, after, commit }) => {
      if (before.state === 'running' && after.state === 'failed')
        expect((commit.say ?? []).map(({ message }) => message.template)).toContain('ended');
    });
  });

  it('asks again in a post of its own, which no vote of the former one counts for', () => {
    always(({ before, after, commit }, { machine }) => {
      if (before.state === 'stale' || after.round <= before.round || before.round === 0) return;
      expect(after.round).toBe(before.round + 1);
      expect(after.plan?.hash).not.toBe(before.plan?.hash);
      expect(new Set((commit.say ?? []).map(({ key: post }) => post))).toEqual(
        new Set([`op:p7k:${before.round}`, `op:p7k:${after.round}`]),
      );
      expect(machine.votes.filter(({ planHash }) => planHash === after.plan?.hash)).toEqual([]);
    });
  });
});
