import { describe, expect, it } from 'vitest';
import type { Alerts } from '#ports/alerts.ts';
import silence from '../../handlers/alert/silence.ts';

const BY = { id: 'a', username: 'alice', kind: 'person', active: true, roles: [] } as const;

/** As many silences as somebody made before. */
function plan(count: number): Promise<unknown> {
  const made = { matchers: { rule: 'x' }, upTo: 'warning', startsAt: 0, endsAt: 1, by: BY, reason: 'r', endedBy: null } as const;
  const silences: Alerts['silences'] = () => Array.from({ length: count }, (_, nth) => ({ id: `s${nth}`, ...made }));
  const alerts = { silences, matchers: () => ({ matchers: { rule: 'disk' }, covers: [] }) };
  const input = { matchers: 'rule=disk', duration: 3_600_000, reason: 'again' };
  const context = { input, clients: { alerts, self: {} }, person: BY, operation: 'p7k', signal: new AbortController().signal };
  return silence.plan(context as unknown as Parameters<typeof silence.plan>[0]);
}

describe('a silence', () => {
  it('is one of fifty at most: each is asked for every alert, and nobody keeps more in mind', async () => {
    await expect(plan(49)).resolves.toMatchObject({ basis: { matchers: { rule: 'disk' } } });
    await expect(plan(50)).rejects.toMatchObject({ code: 'silences_many', params: { limit: 50 } });
  });
});
