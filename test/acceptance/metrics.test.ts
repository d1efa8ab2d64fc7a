import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '#kernel/json.ts';
import type { Drawing } from '#ports/charts.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { Scene, type SceneOptions } from './scene.ts';

const Files = z.array(z.looseObject({ name: z.string(), mime_type: z.string() }));
const MINUTE_MS = 60_000;
let scene: Scene;
afterEach(() => scene.close());

/** Draws nothing: keeps what it was asked to draw. */
function sketchbook() {
  const drawings: Drawing[] = [];
  const charts = {
    draw: async (drawing: Drawing) => {
      drawings.push(drawing);
      return new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
    },
    close: async () => undefined,
  };
  return { drawings, charts };
}

describe('metrics', () => {
  const open = async (options: SceneOptions = {}) => {
    const { drawings, charts } = sketchbook();
    scene = await Scene.open({ ...options, parts: { charts, ...options.parts } });
    return drawings;
  };
  /** One document a minute for each of the last `minutes`; null leaves a minute out. */
  const report = (host: string, fields: (minute: number) => JsonObject | null, minutes = 360, index = 'metricbeat-9.x') => {
    const now = scene.clock.now();
    for (let minute = minutes; minute >= 0; minute -= 1) {
      const each = fields(minute);
      if (each !== null)
        scene.search.index(index, { '@timestamp': new Date(now - minute * MINUTE_MS).toISOString(), host: { name: host }, ...each });
    }
  };
  const cpu = (pct: number): JsonObject => ({ system: { cpu: { total: { norm: { pct } } } } });
  const ask = async (text: string, answer: RegExp) => {
    await scene.say('zoe', `@vigie ${text}`);
    return await scene.post(answer);
  };

  it('of a host: a chart, and now, min, mean, max and p95 in words', async () => {
    const drawings = await open();
    report('pica01', (minute) => cpu(minute < 6 ? 0.9 : 0.2));
    const post = await ask('metrics pica01 cpu', /CPU/);
    expect(post.message).toMatch(/\*\*`pica01`\*\*, last 6\sh/);
    expect(post.message).toMatch(/\*\*CPU\*\*\nnow \*\*90%\*\*\n {2}min\s20% · mean\s21\.\d% · max\s90% · p95\s20%/u);
    expect(Files.parse(post.metadata['files'])).toMatchObject([{ name: 'CPU · pica01.png', mime_type: 'image/png' }]);
    expect(drawings).toHaveLength(1);
    expect(drawings[0]?.panels).toMatchObject([{ title: 'CPU · pica01', lines: [{ label: 'pica01' }] }]);
    expect(drawings[0]?.panels[0]?.lines[0]?.points.length).toBeGreaterThan(115);
  });

  it('of several hosts and metrics, in one round trip once they are known', async () => {
    const drawings = await open({ language: 'fr' });
    for (const host of ['pica01', 'pica02']) {
      report(host, () => cpu(0.25));
      report(host, () => ({ system: { load: { '1': 1.5 } } }));
    }
    await ask('métriques pica01 pica02 charge,cpu 2h', /Charge/);
    expect(drawings[0]?.panels.map(({ title, lines }) => [title, ...lines.map(({ label }) => label)])).toEqual([
      ['Charge', 'pica01', 'pica02'],
      ['Processeur', 'pica01', 'pica02'],
    ]);
    const before = scene.search.roundTrips;
    const post = await ask('métriques pica02 charge 1h', /sur 1\sh/);
    expect(scene.search.roundTrips - before).toBeLessThanOrEqual(1);
    expect(post.message).toMatch(/\*\*Charge\*\*\nmaintenant \*\*1,5\*\*\n {2}min\s1,5 · moy\s1,5 · max\s1,5 · p95\s1,5/u);
  });

  it('of a host by any name that the configuration gives it, once', async () => {
    await open({ parts: { hostNames: [['pica01', 'pica01.example.org', 'tour-de-gauche']] } });
    report('pica01.example.org', () => cpu(0.25));
    const post = await ask('metrics tour-de-gauche pica01 cpu', /CPU/);
    expect(post.message).toMatch(/\*\*`pica01\.example\.org`\*\*, last 6\sh/);
  });

  it('show a pause as a gap, and say when a source fell silent', async () => {
    const drawings = await open();
    report('pica01', (minute) => (minute > 100 && minute < 200 ? null : cpu(0.3)));
    report('pica02', (minute) => (minute < 60 ? null : cpu(0.3)));
    const post = await ask('metrics pica01 pica02 cpu', /CPU/);
    const [whole, silent] = drawings[0]?.panels[0]?.lines ?? [];
    expect(whole?.points.filter(([, value]) => value === null).length).toBeGreaterThan(28);
    expect(silent?.points.at(-1)?.[1]).toBeNull();
    expect(post.message).toMatch(/`pica02` ⚠️ nothing since \d\d:\d\d, then \*\*30%\*\*/);
    expect(post.message).toMatch(/`pica01` now \*\*30%\*\*/);
  });

  it('make rates of counters, whatever they begin anew', async () => {
    const drawings = await open();
    report('pica01', (minute) => {
      const bytes = minute > 180 ? (360 - minute) * 6_000_000 : (180 - minute) * 6_000_000;
      return { system: { network: { name: 'eth0', in: { bytes }, out: { bytes: bytes * 2 } } } };
    });
    report('pica01', (minute) => ({ system: { network: { name: 'veth12', in: { bytes: (360 - minute) * 1e9 }, out: { bytes: 0 } } } }));
    const post = await ask('metrics pica01 network', /Network/);
    expect(post.message).toMatch(/in now \*\*100\skB\/s\*\*/u);
    expect(post.message).toMatch(/out now \*\*200\skB\/s\*\*/u);
    expect(drawings[0]?.panels[0]?.lines.map(({ label }) => label)).toEqual(['in', 'out']);
  });

  it('of a service: its containers and its requests', async () => {
    const drawings = await open();
    const label = { container: { name: 'pad.1.x', labels: { com_docker_swarm_service_name: 'pad' } } };
    report('pica01', () => ({ ...label, docker: { cpu: { total: { norm: { pct: 0.1 } } }, memory: { usage: { total: 2e8 } } } }));
    report('pica02', () => ({
      ...label,
      container: { ...label.container, name: 'pad.2.y' },
      docker: { cpu: { total: { norm: { pct: 0.2 } } }, memory: { usage: { total: 3e8 } } },
    }));
    report(
      'pica01',
      (minute) => ({ service: { name: 'pad' }, http: { response: { status_code: minute % 4 === 0 ? 502 : 200 } } }),
      360,
      'filebeat-9.x',
    );
    const post = await ask('metrics pad', /Requests/);
    expect(post.message).toMatch(/\*\*CPU\*\*\nnow \*\*30%\*\*/);
    expect(post.message).toMatch(/\*\*Memory\*\*\nnow \*\*500\sMB\*\*/u);
    expect(post.message).toMatch(/\*\*Server errors \(5xx\)\*\*\nnow \*\*\d+(?:\.\d)?%\*\*\n {2}min\s0%/u);
    expect(drawings[0]?.panels).toHaveLength(4);
  });

  it('of mounts, the fullest first', async () => {
    await open();
    for (const [mount, pct] of [
      ['/', 0.4],
      ['/DATA', 0.91],
    ] as const)
      report('pica01', () => ({ system: { filesystem: { mount_point: mount, used: { pct } } } }));
    const post = await ask('metrics pica01 disk', /Disk used/);
    expect(post.message).toMatch(/`\/DATA` now \*\*91%\*\*[^]*`\/` now \*\*40%\*\*/);
  });

  it('of one’s own, from the configuration', async () => {
    const queue = {
      name: 'queue',
      aliases: [],
      words: { en: 'Mails waiting', fr: 'Courriels en attente' },
      readings: {
        service: null,
        host: {
          index: 'metricbeat-*',
          filter: [{ term: { 'event.dataset': 'postfix.queue' } }],
          split: null,
          panels: [
            {
              title: 'queue',
              unit: 'count',
              curves: [{ part: '', source: { kind: 'value', field: 'postfix.queue.size', aggregation: 'max' } }],
            },
          ],
        },
      },
    } as const;
    const drawings = await open({ parts: { metrics: [queue] } });
    report('mail', () => ({ event: { dataset: 'postfix.queue' }, postfix: { queue: { size: 12 } } }));
    const post = await ask('metrics mail queue 1h', /Mails waiting/);
    expect(post.message).toMatch(/now \*\*12\*\*/);
    expect(drawings[0]?.panels[0]?.title).toBe('Mails waiting · mail');
  });

  it.each([
    ['metrics pica1 cpu', /`pica1` is no host, no service and no metric.*Did you mean `pica01`\?/],
    ['metrics pica01 memroy', /Did you mean `memory`\?/],
    ['metrics cpu', /Of which host or service\? There (?:is|are) `pica01`/],
    ['metrics pica01 cpu 90d', /`90d` can't be shown: at least `5m`, at most `31d`/],
    ['metrics pica01 cpu 1h 2h', /doesn't know what to do with `2h`|`2h`/],
    ['metrics pad load', /`load` says nothing of `pad`\. There is `cpu`/],
    ['metrics pica01 cpu,memory,load,disk,swap', /at most 4 metrics at once/],
    ['metrics pica01 --cluster mian', /no cluster `mian`.*Did you mean `main`\?/],
  ])('refuse "%s" with what was meant', async (text, words) => {
    await open();
    report('pica01', () => cpu(0.1), 3);
    await ask(text, words);
  });

  it('need a cluster', async () => {
    await open({ parts: { searches: new Map() } });
    await ask('metrics pica01', /No Elasticsearch is configured/);
  });

  it('that Elasticsearch can’t tell are refused, not shown as nothing', async () => {
    await open();
    report('pica01', () => cpu(0.1), 3);
    await ask('metrics pica01 cpu', /CPU/);
    scene.search.faults.all('unreachable');
    await ask('metrics pica01 cpu 1h', /Elasticsearch/);
  });

  it('beside those of last week, as a pale line, in words and in the name of the picture', async () => {
    const drawings = await open();
    report('pica01', (minute) => cpu(minute < 6 ? 0.9 : 0.2));
    const now = scene.clock.now();
    for (let minute = 0; minute <= 360; minute += 1) {
      const at = now - 7 * 1_440 * MINUTE_MS - minute * MINUTE_MS;
      scene.search.index('metricbeat-9.x', { '@timestamp': new Date(at).toISOString(), host: { name: 'pica01' }, ...cpu(0.5) });
    }
    const post = await ask('metrics pica01 cpu --compare 1w', /CPU/);
    expect(post.message).toMatch(/\*\*`pica01`\*\*, last 6\sh, and pale the same 7\sdays before/u);
    expect(post.message).toMatch(/p95\s20%\n {2}7\sdays before: mean\s50% · max\s50%/u);
    expect(Files.parse(post.metadata['files'])).toMatchObject([{ name: expect.stringMatching(/^7\sdays before, CPU · pica01\.png$/u) }]);
    const [line, pale] = drawings[0]?.panels[0]?.lines ?? [];
    expect(pale).toMatchObject({ paleOf: 0, label: expect.stringMatching(/^7\sdays before$/u) });
    const [first, last] = [drawings[0]?.panels[0]?.time.from ?? 0, drawings[0]?.panels[0]?.time.to ?? 0];
    expect(pale?.points.every(([at]) => at >= first && at <= last)).toBe(true);
    expect(pale?.points.filter(([, value]) => value !== null).every(([, value]) => value === 0.5)).toBe(true);
    expect(line?.paleOf).toBeUndefined();
    await scene.say('zoe', '@vigie metrics pica01 cpu --compare 5m');
    expect((await scene.post(/Compare with what was/u)).message).toMatch(/between 1\sh and 92\sdays before/u);
  });

  it('say that nothing was measured then', async () => {
    const drawings = await open({ language: 'fr' });
    report('pica01', () => cpu(0.2));
    report('pica01', () => ({ service: { name: 'pad' }, http: { response: { status_code: 200 } } }), 360, 'filebeat-9.x');
    const requests = await ask('métriques pad http --comparer 7j', /Requêtes/);
    expect(requests.message.match(/7\sjours plus tôt\u00a0: aucune donnée/gu)).toHaveLength(2);
    drawings.length = 0;
    const post = await ask('métriques pica01 cpu --comparer 7j', /Processeur/);
    expect(post.message).toMatch(/7\sjours plus tôt\u00a0: aucune donnée/u);
    expect(drawings[0]?.panels[0]?.lines).toHaveLength(1);
  });

  it('mark what vigie did meanwhile, and the alerts, in the picture and below it', async () => {
    const loud = rule({
      name: 'loud',
      kind: { type: 'any' },
      index: 'logs',
      bufferTimeMs: 600_000,
      runEveryMs: 10_000,
      groupBy: ['host.name'],
    });
    const drawings = await open({ rules: [loud] });
    report('pad', () => cpu(0.2));
    await scene.say('alice', '@vigie snapshot pica01');
    await scene.post(/✅ \*\*snapshot pica01/u);
    await scene.say('alice', '@vigie restart pad');
    const plan = await scene.post(/Waiting for a ✅/u);
    await scene.who('alice').react(plan.id, 'white_check_mark');
    await scene.reads(plan, /✅ \*\*restart pad/u);
    scene.search.index('logs', { '@timestamp': new Date(scene.clock.now()).toISOString(), host: { name: 'pad' }, message: 'x' });
    await scene.post(/loud/u);
    const post = await ask('metrics pad cpu', /What happened meanwhile/u);
    expect(post.message).toMatch(/\n1 · \d\d:\d\d · restart `pad` \(`\w+`\) by `alice`\n2 · \d\d:\d\d · 🔔 `loud` \(`\w+`\)/u);
    expect(post.message).not.toContain('snapshot');
    expect(drawings.at(-1)?.panels[0]?.marks).toMatchObject([
      { label: '1 restart', short: '1' },
      { label: '2 alert', short: '2' },
    ]);
  });

  it('of a service tell how fast it answers, where access logs say so', async () => {
    const drawings = await open();
    const answer = (minute: number): JsonObject => ({
      service: { name: 'pad' },
      http: { response: { status_code: 200 } },
      event: { duration: (minute < 60 ? 2_000 : 40) * 1_000_000 },
    });
    for (let again = 0; again < 4; again += 1) report('pica01', answer, 360, 'filebeat-9.x');
    const post = await ask('metrics pad http', /Answer time/u);
    expect(post.message).toMatch(/\*\*Answer time \(p95\)\*\*\nnow \*\*2,000\sms\*\*\n {2}min\s40\sms/u);
    expect(drawings[0]?.panels.map(({ title }) => title)).toEqual([
      'Requests · pad',
      'Server errors (5xx) · pad',
      'Answer time (p95) · pad',
    ]);
  });
});
