import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conflict, overlap } from '#domain/operation/locks.ts';
import { demandOf, requirementFor, type Asker, type Policy, type PolicyRule, type Requirement } from '#domain/operation/policy.ts';
import type { Risk } from '#domain/operation/states.ts';

const RISKS = ['read', 'safe', 'change', 'danger'] as const satisfies readonly Risk[];
const ROLES: Policy['roles'] = [
  { name: 'admin', may: ['read', 'safe', 'change', 'danger'], approves: ['change', 'danger'] },
  { name: 'operator', may: ['read', 'safe', 'change'], approves: ['change'] },
  { name: 'member', may: ['read'], approves: [] },
];
const risk = fc.constantFrom<Risk>(...RISKS);
const names = fc.array(fc.constantFrom('admin', 'operator', 'member'), { maxLength: 3 });
const pattern = fc.constantFrom('deploy', 'de*', '*', 'pad', 'p*d', 'production', 'staging', '');
const rule: fc.Arbitrary<PolicyRule> = fc.record({
  match: fc.record({ action: pattern, target: pattern, environment: pattern, risk }, { requiredKeys: [] }),
  set: fc.record({ risk, approvers: fc.nat(3), roles: names, approvedBy: names }, { requiredKeys: [] }),
});
const policy: fc.Arbitrary<Policy> = fc.array(rule, { maxLength: 6 }).map((rules) => ({ roles: ROLES, rules }));
const subject = fc.record({
  action: fc.constantFrom('deploy', 'scale'),
  target: fc.constantFrom(null, 'pad', 'wiki'),
  environment: fc.constantFrom(null, 'production'),
  risk,
});

const asker: fc.Arbitrary<Asker> = fc.record({
  proof: fc.constantFrom('own', 'signed', 'unsigned'),
  emergency: fc.boolean(),
  mayApprove: fc.boolean(),
});

describe('the policy', () => {
  it.each<[risk: Risk, approvers: number, requesterCounts: boolean, roles: readonly string[]]>([
    ['read', 0, true, ['admin', 'operator', 'member']],
    ['safe', 0, true, ['admin', 'operator']],
    ['change', 1, true, ['admin', 'operator']],
    ['danger', 1, false, ['admin']],
  ])('asks for %s without any rule', (wanted, approvers, requesterCounts, roles) => {
    const requirement = requirementFor({ roles: ROLES, rules: [] }, { action: 'deploy', target: 'pad', environment: null, risk: wanted });
    expect(requirement).toMatchObject({ risk: wanted, approvers, requesterCounts, roles });
  });

  it('always needs another person for a danger, whatever its rules say', () => {
    fc.assert(
      fc.property(policy, subject, (rules, what) => {
        const requirement = requirementFor(rules, what);
        if (requirement.risk !== 'danger') return;
        expect(requirement.approvers).toBeGreaterThanOrEqual(1);
        expect(requirement.requesterCounts).toBe(false);
        expect(requirement.means).not.toContain('button');
      }),
    );
  });

  it('never lets a slash command vote', () => {
    fc.assert(
      fc.property(policy, subject, asker, (rules, what, by) => {
        expect(demandOf(requirementFor(rules, what), by).means).not.toContain('slash');
      }),
    );
  });

  it('replaces in an emergency one second person, by somebody who could have been one, and nothing else', () => {
    fc.assert(
      fc.property(policy, subject, asker, (rules, what, by) => {
        const asked = requirementFor(rules, what);
        const usual = demandOf(asked, { ...by, emergency: false });
        const emergency = demandOf(asked, { ...by, emergency: true });
        const others = ({ approvers, requesterCounts }: Requirement): number => Math.max(0, approvers - (requesterCounts ? 1 : 0));
        expect(emergency).toEqual({ ...usual, approvers: emergency.approvers, requesterCounts: false, confirm: true, emergency: true });
        expect(others(emergency)).toBe(others(usual) === 0 ? 0 : by.mayApprove ? others(usual) - 1 : Math.max(1, others(usual) - 1));
      }),
    );
  });

  it('wants a danger that came with a signature alone confirmed, and everything that came without one', () => {
    fc.assert(
      fc.property(policy, subject, asker, (rules, what, by) => {
        const demand = demandOf(requirementFor(rules, what), { ...by, emergency: false });
        expect(demand.confirm).toBe(by.proof === 'unsigned' || (by.proof === 'signed' && demand.risk === 'danger'));
        if (demand.risk === 'danger') expect([demand.requesterCounts, demand.approvers >= 1]).toEqual([false, true]);
      }),
    );
  });

  it('never asks for less because a rule raises the risk', () => {
    const raising = fc
      .tuple(policy, subject, risk)
      .filter(([rules, what, to]) => RISKS.indexOf(to) >= RISKS.indexOf(requirementFor(rules, what).risk));
    fc.assert(
      fc.property(raising, ([rules, what, to]) => {
        const before = requirementFor(rules, what);
        const after = requirementFor({ ...rules, rules: [...rules.rules, { match: {}, set: { risk: to } }] }, what);
        expect(after.approvers).toBeGreaterThanOrEqual(before.approvers);
        expect(!after.requesterCounts || before.requesterCounts).toBe(true);
        expect(before.means).toEqual(expect.arrayContaining([...after.means]));
      }),
    );
  });

  it('lets later rules win, key by key', () => {
    const rules: PolicyRule[] = [
      { match: { action: 'deploy' }, set: { approvers: 2, roles: ['admin'] } },
      { match: { target: 'pad' }, set: { approvers: 3 } },
      { match: { target: 'wiki' }, set: { approvers: 1 } },
    ];
    expect(requirementFor({ roles: ROLES, rules }, { action: 'deploy', target: 'pad', environment: null, risk: 'change' })).toMatchObject({
      approvers: 3,
      roles: ['admin'],
    });
  });

  it('takes a pattern literally but for its stars, and never where there is nothing', () => {
    const approversWith = (target: string, of: string | null): number =>
      requirementFor(
        { roles: ROLES, rules: [{ match: { target }, set: { approvers: 3 } }] },
        { action: 'deploy', target: of, environment: null, risk: 'change' },
      ).approvers;
    expect([approversWith('pad*', 'pad-test'), approversWith('*', 'pad'), approversWith('pad', 'pad')]).toEqual([3, 3, 3]);
    expect([
      approversWith('p.d', 'pad'),
      approversWith('pad', 'padd'),
      approversWith('*', null),
      approversWith('', 'pad'),
      approversWith('(', '(x'),
    ]).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('locks', () => {
  const path = fc
    .array(fc.constantFrom('swarm', 'service:pad', 'service:pad2', 'vm', 'a'), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join('/'));

  it.each([
    ['swarm/service:pad', 'swarm/service:pad', true],
    ['swarm', 'swarm/service:pad', true],
    ['swarm/service:pad', 'swarm', true],
    ['swarm/service:pad', 'swarm/service:pad2', false],
    ['swarm/service:pad', 'swarm/service:blog', false],
    ['swarm', 'swarm2', false],
  ])('%s and %s overlap: %s', (one, other, expected) => {
    expect(overlap(one, other)).toBe(expected);
  });

  it('overlap whoever asks first, and a parent with all that its children overlap with', () => {
    fc.assert(
      fc.property(path, path, (one, other) => {
        expect(overlap(one, other)).toBe(overlap(other, one));
        expect(overlap(one, one)).toBe(true);
        expect(overlap(one, `${one}/child`)).toBe(true);
        if (overlap(one, other)) expect(overlap(one.split('/')[0] ?? '', other)).toBe(true);
      }),
    );
  });

  it('of the operation itself never stand in its way; of others the first in sorted order does', () => {
    const held = fc.array(fc.record({ path, operation: fc.constantFrom('a', 'b') }));
    fc.assert(
      fc.property(fc.array(path), held, (wanted, locks) => {
        const found = conflict('a', wanted, locks);
        if (found === null)
          for (const { path: taken } of locks.filter(({ operation }) => operation === 'b'))
            expect(wanted.some((each) => overlap(each, taken))).toBe(false);
        else expect([found.operation, wanted.some((each) => overlap(each, found.path))]).toEqual(['b', true]);
        expect(
          conflict(
            'a',
            wanted,
            locks.filter(({ operation }) => operation === 'a'),
          ),
        ).toBeNull();
      }),
    );
  });
});
