import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { RuleMemory } from '#domain/alert/look.ts';
import type { ProbeCheck } from '#domain/alert/rule.ts';
import { createEngine } from '#messages/engine.ts';
import { loadTemplates } from '#messages/templates.ts';
import { probeRule } from '#pipeline/alert/probe-look.ts';
import type { Probe, Prober, ProbeResult } from '#ports/prober.ts';

const WELL: ProbeResult = { ok: true, hop: null, detail: '', problem: null, latencyMs: 12, value: null, walked: ['connect'] };
const ILL: ProbeResult = {
  ...WELL,
  ok: false,
  hop: 'connect',
  detail: 'ECONNREFUSED',
  problem: { code: 'probe_broken', params: { target: 'pica01', hop: 'connect', reason: 'ECONNREFUSED' } },
};
const NOW = Date.UTC(2026, 10, 2, 12);

type Answer = (probe: Probe) => ProbeResult | Promise<ProbeResult>;

async function look(check: Partial<ProbeCheck>, answer: Answer, memory: RuleMemory | null = null, signal = new AbortController().signal) {
  const rule = {
    name: 'hosts',
    kind: { type: 'probe', check: { kind: 'tcp', targets: ['pica01'], timeoutMs: 1_000, failures: 1, expect: {}, ...check } },
  } as const;
  const prober: Prober = { probe: async (probe) => await answer(probe) };
  return await probeRule(rule, { memory, now: NOW }, prober, signal);
}

describe('a look of a probe', () => {
  it('is clear when all is well, with the time that it took', async () => {
    const { findings, reports, memory } = await look({ targets: ['pica01', 'pica02'] }, () => WELL);
    expect(findings).toEqual([]);
    expect(reports).toEqual([
      { key: { target: 'pica01' }, state: 'clear', value: 12 },
      { key: { target: 'pica02' }, state: 'clear', value: 12 },
    ]);
    expect(memory).toEqual({ failures: {} });
  });

  it('hands kind, limit and expectation to the prober', async () => {
    const asked: Probe[] = [];
    await look({ kind: 'http', targets: ['https://a'], timeoutMs: 7, expect: { status: 200 } }, (probe) => {
      asked.push(probe);
      return WELL;
    });
    expect(asked).toEqual([{ kind: 'http', target: 'https://a', timeoutMs: 7, expect: { status: 200 } }]);
  });

  it('has a finding after so many failures in a row, and is breached from the first', async () => {
    const first = await look({ failures: 3 }, () => ILL);
    const second = await look({ failures: 3 }, () => ILL, first.memory);
    const third = await look({ failures: 3 }, () => ILL, second.memory);
    const fourth = await look({ failures: 3 }, () => ILL, third.memory);
    expect([first, second, third, fourth].map(({ findings }) => findings.length)).toEqual([0, 0, 1, 1]);
    expect([first, second, third].map(({ reports }) => reports[0]?.state)).toEqual(['breached', 'breached', 'breached']);
    expect(third.findings[0]).toEqual({
      key: { target: 'pica01' },
      at: NOW,
      value: null,
      limit: null,
      matches: 1,
      document: { target: 'pica01', hop: 'connect', detail: 'ECONNREFUSED', problem: ILL.problem, failures: 3 },
    });
  });

  it('counts anew after a success', async () => {
    const failed = await look({ failures: 2 }, () => ILL);
    const well = await look({ failures: 2 }, () => WELL, failed.memory);
    const again = await look({ failures: 2 }, () => ILL, well.memory);
    expect(well.reports[0]?.state).toBe('clear');
    expect(again.findings).toEqual([]);
  });

  it('counts each target for itself, and forgets those that the rule lost', async () => {
    const check = { failures: 2, targets: ['pica01', 'pica02'] };
    const first = await look(check, ({ target }) => (target === 'pica01' ? ILL : WELL));
    const second = await look(check, () => ILL, first.memory);
    expect(second.findings.map(({ key }) => key['target'])).toEqual(['pica01']);
    const fewer = await look({ ...check, targets: ['pica02'] }, () => ILL, second.memory);
    expect(fewer.memory).toEqual({ failures: { pica02: 2 } });
  });

  it('holds the days of a certificate against those that it needs', async () => {
    const { findings, reports } = await look({ kind: 'tls', expect: { days: 20 } }, () => ({ ...ILL, hop: 'certificate', value: 5 }));
    expect(findings[0]).toMatchObject({ value: 5, limit: 20 });
    expect(reports[0]).toMatchObject({ state: 'breached', value: 5 });
  });

  it('looks at no more than eight targets at once, at all of them, in their order', async () => {
    const targets = Array.from({ length: 30 }, (_, index) => `host${index}`);
    let [running, most] = [0, 0];
    const { reports } = await look({ targets }, async ({ target }) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return target === 'host3' ? ILL : WELL;
    });
    expect(most).toBe(8);
    expect(reports.map(({ key }) => key['target'])).toEqual(targets);
    expect(reports.filter(({ state }) => state === 'breached').map(({ key }) => key['target'])).toEqual(['host3']);
  });

  it('fails as a whole where a probe is impossible: nothing was seen', async () => {
    const impossible = new VigieError('probe_impossible', { kind: 'docker', reason: 'no swarm configured' });
    await expect(look({ kind: 'docker' }, () => Promise.reject(impossible))).rejects.toBe(impossible);
  });

  it('reads a name of an inherited member as any other', async () => {
    expect((await look({ targets: ['constructor'], failures: 2 }, () => ILL)).memory).toEqual({ failures: { constructor: 1 } });
  });
});

describe('the words of a probe', () => {
  it.each([
    ['probe_late', { target: 'pad', hop: 'tls', limit: 5_000 }, '`pad`: no answer within 5\u00a0s, at TLS.'],
    [
      'probe_certificate_ends',
      { target: 'pad:443', days: 5, least: 20 },
      '`pad:443`: the certificate ends in 5 days. Look at what renews it.',
    ],
    [
      'probe_certificate_ends',
      { target: 'pad:443', days: -1, least: 0 },
      '`pad:443`: the certificate ended 1 day ago. Look at what renews it.',
    ],
    ['probe_status', { target: 'pad', status: 500, expected: null }, '`pad` answers HTTP 500.'],
    ['probe_status', { target: 'pad', status: 302, expected: [200, 204] }, '`pad` answers HTTP 302, not `200` and `204`.'],
    [
      'probe_records',
      { target: 'team', unexpected: ['91.224.57.60'], missing: ['91.224.148.60'] },
      '`team`: leads to `91.224.57.60`, which should not be there; lacks `91.224.148.60`. Correct its DNS records.',
    ],
    ['probe_records', { target: 'team', unexpected: [], missing: [] }, '`team`: has no address at all. Correct its DNS records.'],
    [
      'probe_node',
      { target: '*', node: 'pica02', state: 'ready', availability: 'drain' },
      'The node `pica02` is `ready` and takes no work (`drain`).',
    ],
  ])('%s %o', async (code, params, words) => {
    const { templates } = await loadTemplates(join(import.meta.dirname, '../../../templates/messages'));
    const engine = createEngine(templates, 'Europe/Paris', () => NOW);
    expect(engine.render('en', 'errors', code, params)).toBe(words);
    expect(engine.render('fr', 'errors', code, params)).not.toBe('');
  });
});
