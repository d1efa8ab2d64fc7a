import { describe, expect, it } from 'vitest';
import { createMetrics } from '#adapters/http/metrics.ts';
import type { SystemStatus } from '#ports/status.ts';

const QUIET = { now: () => 0, openOperations: async () => ({}), unsaid: async () => 0, chatConnected: () => true };

describe('what is told about the house', () => {
  it('is what status says: troubles by system, and those that do not answer', async () => {
    const house: readonly SystemStatus[] = [
      {
        system: 'swarm',
        lines: [
          { level: 'trouble', says: 'service-short', about: {} },
          { level: 'well', says: 'swarm', about: {} },
        ],
        problem: null,
      },
      { system: 'search', lines: [{ level: 'well', says: 'search', about: {} }], problem: null },
      { system: 'hypervisor', lines: [], problem: { code: 'no_answer', params: { limit: 3_000 } } },
    ];
    let asked = 0;
    const metrics = createMetrics({ ...QUIET, standing: async () => ((asked += 1), house) });
    const text = await metrics.text();
    expect(text).toContain('vigie_system_troubles{system="swarm"} 1');
    expect(text).toContain('vigie_system_troubles{system="search"} 0');
    expect(text).not.toContain('vigie_system_troubles{system="hypervisor"}');
    expect(text).toContain('vigie_system_unknown{system="hypervisor"} 1');
    await metrics.text();
    expect(asked).toBe(1);
  });
});
