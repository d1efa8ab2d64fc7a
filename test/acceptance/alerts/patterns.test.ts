import { afterEach, describe, expect, it } from 'vitest';
import { BOUNDS } from '#kernel/bounds.ts';
import type { Silence } from '#domain/alert/silence.ts';
import { matches } from '#domain/alert/matchers.ts';
import { requirementFor } from '#domain/operation/policy.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { Scene, textOf } from '../scene.ts';

let scene: Scene | null = null;
afterEach(async () => {
  await scene?.close();
  scene = null;
});

const WICKED = '*a*a*a*a*a*a*a*b';
const LONG = 'a'.repeat(4_000);

describe('a pattern that would run for a minute', () => {
  it('as a silence is decided at once', () => {
    const startedAt = performance.now();
    expect(matches({ 'host.name': WICKED }, { 'host.name': LONG })).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(100);
  });

  it('as a line of the policy is decided at once', () => {
    const policy = { roles: [], rules: [{ match: { target: WICKED }, set: { approvers: 3 } }] };
    const startedAt = performance.now();
    requirementFor(policy, { action: 'deploy', target: LONG, environment: null, risk: 'change' });
    expect(performance.now() - startedAt).toBeLessThan(100);
  });

  it('is refused in words when somebody types one that is too long', async () => {
    scene = await Scene.open({ rules: [rule()] });
    await scene.say('alice', `@vigie silence host.name=${'*a'.repeat(20)} 1h because`);
    expect(textOf(await scene.post(/Nobody reads that as a pattern/u))).toContain(`${BOUNDS.patternStars.most} \`*\` at most`);
    expect(await scene.store.alerts.load(0).then(({ book }) => book.silences.size)).toBe(0);
  });

  it('that was stored before there was a bound ends at the next start, and the channel learns it', async () => {
    scene = await Scene.open({ rules: [rule()] });
    const now = scene.clock.now();
    const stored: Silence = {
      id: 'zz9',
      matchers: { 'host.name': `${'*a'.repeat(5_000)}*b` },
      upTo: 'critical',
      startsAt: now,
      endsAt: now + 86_400_000,
      by: { id: 'a'.repeat(26), username: 'eve' },
      reason: 'a trap',
      endedBy: null,
    };
    const book = { alerts: [], groups: [], digests: [], silences: [stored], remedies: [], rules: [], looked: [] };
    await scene.store.operations.commit({ book });
    await scene.stopVigie();
    await scene.startVigie();
    expect(textOf(await scene.post(/too long to be run/u))).toContain('zz9');
    const { book: after } = await scene.store.alerts.load(0);
    expect(after.silences.get('zz9')?.endedBy).toBe('vigie');
  });
});
