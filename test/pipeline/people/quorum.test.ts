import { describe, expect, it } from 'vitest';
import type { Policy, PolicyRule } from '#domain/operation/policy.ts';
import type { Person } from '#domain/operation/operation.ts';
import { loadAssets } from '#app/app/assets.ts';
import { quorums } from '#pipeline/people/quorum.ts';

const { entries } = await loadAssets();
const OPERATOR = { name: 'operator', may: ['read', 'change', 'danger'], approves: ['change', 'danger'] } as const;
const MEMBER = { name: 'member', may: ['read', 'change', 'danger'], approves: [] } as const;
const person = (username: string): Person => ({ id: username, username, kind: 'person', active: true, roles: [] });

async function impossible(rules: readonly PolicyRule[], holders: Readonly<Record<string, readonly string[]>>): Promise<readonly string[]> {
  const policy: Policy = { roles: [OPERATOR, MEMBER], rules };
  const holding = async (roles: readonly string[]) => [...new Set(roles.flatMap((role) => holders[role] ?? []))].map(person);
  return (await quorums({ policy, entries }, { holding }, 'cached')).filter(({ possible }) => !possible).map(({ of }) => of);
}

const TWO = { operator: ['alice', 'bob'] };

describe('whether somebody could approve', () => {
  it('is so of two operators, and not of one alone for a danger', async () => {
    expect(await impossible([], TWO)).toEqual([]);
    expect(await impossible([], { operator: ['alice'] })).toEqual(['danger']);
  });

  it('is so of one operator for a danger of somebody else', async () => {
    expect(await impossible([], { operator: ['alice'], member: ['zoe'] })).toEqual([]);
  });

  it('asks for one more than a danger takes where all who may ask are approvers', async () => {
    const rule = { match: {}, set: { risk: 'danger', approvers: 2 } } as const;
    expect(await impossible([rule], TWO)).toEqual(['danger']);
    expect(await impossible([rule], { operator: ['alice', 'bob', 'carol'] })).toEqual([]);
    expect(await impossible([rule], { ...TWO, member: ['zoe'] })).toEqual([]);
  });

  it('is judged of each rule, by the risk that its actions have', async () => {
    const approvers = (match: PolicyRule['match'], count: number): PolicyRule => ({ match, set: { approvers: count } });
    expect(await impossible([approvers({ action: 'restore' }, 2)], TWO)).toEqual(['policy.0 (restore, danger)']);
    expect(await impossible([approvers({ action: 'scale', target: 'pad' }, 3)], TWO)).toContain('policy.0 (scale, pad, change)');
    expect(await impossible([approvers({ target: 'pad', risk: 'change' }, 2)], TWO)).toEqual([]);
    expect(await impossible([approvers({ environment: 'production' }, 2)], TWO)).toEqual(['policy.0 (production, danger)']);
  });

  it('is judged as the later rules leave it', async () => {
    const rules: readonly PolicyRule[] = [
      { match: { action: 'scale' }, set: { approvers: 5 } },
      { match: {}, set: { approvers: 1 } },
    ];
    expect(await impossible(rules, TWO)).toEqual([]);
  });

  it('counts those who may approve in the place of the others', async () => {
    expect(await impossible([{ match: { action: 'scale' }, set: { approvedBy: ['member'] } }], TWO)).toContain('policy.0 (scale, change)');
  });
});
