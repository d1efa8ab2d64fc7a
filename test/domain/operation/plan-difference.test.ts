import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect } from '#domain/operation/operation.ts';
import { hashPlan } from '#domain/operation/plan.ts';
import { planDifference } from '#domain/operation/plan-difference.ts';

const plan = (effects: readonly Effect[]) =>
  hashPlan({ id: 'p7k', action: 'restart', input: {} }, 1, { basis: null, effects, locks: [], risk: 'change' });
const difference = (before: readonly Effect[], after: readonly Effect[]) => planDifference(plan(before), plan(after));

describe('what changed between two plans', () => {
  it('is told by what differs in an effect that would read the same', () => {
    expect(difference([{ kind: 'restart', running: 2 }], [{ kind: 'restart', running: 1 }])).toEqual({
      gone: [],
      added: [],
      changed: [{ effect: { kind: 'restart', running: 2 }, fields: [{ field: 'running', from: '2', to: '1' }] }],
      basis_only: false,
    });
  });

  it('is told by the digest where the tag is the same', () => {
    const image = (digest: string): Effect => ({ kind: 'image', to: `pad:v1@sha256:${digest}` });
    expect(difference([image('aa')], [image('bb')])).toMatchObject({
      changed: [{ fields: [{ field: 'to', from: 'pad:v1@sha256:aa', to: 'pad:v1@sha256:bb' }] }],
    });
  });

  it('is told by the effects that came and went', () => {
    expect(difference([{ kind: 'dump', name: 'pad' }], [{ kind: 'dump', name: 'blog' }])).toMatchObject({
      gone: [{ kind: 'dump', name: 'pad' }],
      added: [{ kind: 'dump', name: 'blog' }],
      changed: [],
    });
  });

  it('is the basis alone where the effects are the same', () => {
    expect(difference([{ kind: 'dump', name: 'pad' }], [{ kind: 'dump', name: 'pad' }])).toMatchObject({ basis_only: true });
  });

  it('never shows two equal lines', () => {
    const effect = fc.record({ kind: fc.constantFrom('a', 'b'), name: fc.constantFrom('x', 'y'), n: fc.integer({ min: 0, max: 2 }) });
    fc.assert(
      fc.property(fc.array(effect), fc.array(effect), (before, after) => {
        const { gone, added, changed } = planDifference(plan(before), plan(after)) as unknown as {
          gone: Effect[];
          added: Effect[];
          changed: { effect: Effect; fields: unknown[] }[];
        };
        const lines = [...gone, ...added, ...changed.map(({ effect: each }) => each)].map(({ kind, name }) => `${kind} ${String(name)}`);
        expect(new Set(lines).size).toBe(lines.length);
        expect(changed.every(({ fields }) => fields.length > 0)).toBe(true);
      }),
    );
  });
});
