import { describe, expect, it } from 'vitest';
import { situationsOf } from './situations.ts';

describe.each(['postgres', 'mariadb'] as const)('situations of %s', (engine) => {
  const all = situationsOf(engine);

  it('are forty or more, of different names', () => {
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(40);
  });

  it('have the schemas of ten projects among them', () => {
    expect(all.filter(({ title }) => /^[A-Z]\w+(?: and [A-Z]\w+)?: /u.test(title)).length).toBeGreaterThanOrEqual(10);
  });

  it.each(all)('$title: says what is left where only a person restores it', ({ by, left }) => {
    expect(left.length > 0).toBe(by === 'person');
  });
});
