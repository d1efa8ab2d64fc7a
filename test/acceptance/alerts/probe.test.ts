import { afterEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Prober, ProbeResult } from '#ports/prober.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { Watchroom } from './watchroom.ts';

const hosts: Rule = rule({
  name: 'hosts',
  kind: { type: 'probe', check: { kind: 'tcp', targets: ['pica01:22', 'pica02:22'], timeoutMs: 1_000, failures: 2, expect: {} } },
  queryKey: ['target'],
  summary: { en: 'A host does not answer', fr: 'Une machine ne répond pas' },
});
const well: ProbeResult = { ok: true, hop: null, detail: '', problem: null, latencyMs: 3, value: null, walked: ['connect'] };

/** Targets that refuse connections. */
const down = new Set<string>();
const prober: Prober = {
  async probe({ target }) {
    if (!down.has(target)) return well;
    const params = { target, hop: 'connect', reason: 'ECONNREFUSED' };
    return { ...well, ok: false, hop: 'connect', detail: 'ECONNREFUSED', problem: { code: 'probe_broken', params } };
  },
};

let room: Watchroom;
afterEach(async () => {
  down.clear();
  await room.close();
});

describe('an alert of a probe', () => {
  it('says in words what failed, and is over when the target answers', async () => {
    room = await Watchroom.open({ rules: [hosts], prober });
    await room.until(2.5);
    down.add('pica02:22');
    await room.until(3.7);
    expect(room.posts()).toEqual([]);
    await room.until(6);
    expect(room.only().text).toMatch(/\*\*pica02\*\* · A host does not answer.*pica02:22/su);
    expect(room.only().text).toContain('the connection failed (ECONNREFUSED)');
    expect(room.only().text).not.toContain('pica01:22');
    down.clear();
    await room.until(9);
    expect(room.only().text).toMatch(/^✅/u);
  });

  it('is one post with what happens on the host, though its verdict comes later', async () => {
    const dead: Rule = { ...hosts, severity: 'critical', inhibits: [{ host: '{host}' }] };
    room = await Watchroom.open({ rules: [dead, rule()], prober });
    down.add('pica01:22');
    room.breach('disk', { 'host.name': 'pica01' }, { from: 1, to: 60 });
    await room.until(1.9);
    expect(room.posts()).toEqual([]);
    await room.until(6);
    expect(room.only().text).toMatch(/🔴 \*\*pica01\*\* · A host does not answer.*disk.*follows from/su);
  });

  it('speaks French', async () => {
    room = await Watchroom.open({ rules: [hosts], prober, language: 'fr' });
    down.add('pica02:22');
    await room.until(6);
    expect(room.only().text).toContain('échec à l’étape connexion (ECONNREFUSED)');
  });

  it('is neither told nor over after one failure alone', async () => {
    room = await Watchroom.open({ rules: [hosts], prober });
    await room.until(2.5);
    down.add('pica01:22');
    await room.until(3.5);
    down.clear();
    await room.until(10);
    expect(room.posts()).toEqual([]);
  });
});

describe('a probe that can not be made', () => {
  it('resolves nothing', async () => {
    let possible = true;
    const failing: Prober = {
      probe: (probe) =>
        possible ? prober.probe(probe) : Promise.reject(new VigieError('probe_impossible', { kind: 'tcp', reason: 'no means' })),
    };
    room = await Watchroom.open({ rules: [hosts], prober: failing });
    down.add('pica01:22');
    await room.until(5);
    possible = false;
    down.clear();
    await room.until(7);
    expect(room.states()).toContain('firing');
  });
});
