import { loadRules } from '/work/wt/eval/src/config/rules/load-rules.ts';
import { replay } from '#pipeline/alert/replay.ts';
import { parseArgs } from 'node:util';
const { values, positionals } = parseArgs({ allowPositionals: true, options: { from: { type: 'string' }, to: { type: 'string' }, json: { type: 'boolean' }, elasticsearch: { type: 'string' }, 'run-every': { type: 'string' }, 'buffer-time': { type: 'string' } } });
const url = values.elasticsearch!;
export const stats = { requests: 0, bytes: 0, searches: 0 };
const search: any = {
  cluster: 'x',
  async multi(requests: any[]) {
    stats.requests++; stats.searches += requests.length;
    const body = requests.map((r) => JSON.stringify({ index: r.index, ignore_unavailable: true }) + '\n' + JSON.stringify(r.body) + '\n').join('');
    const res = await fetch(url + '/_msearch', { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body });
    const text = await res.text(); stats.bytes += text.length;
    const json: any = JSON.parse(text);
    return json.responses.map((r: any, i: number) => {
      if (r.error) { console.error(JSON.stringify(requests[i].body), JSON.stringify(r.error)); return { ok: false, problem: { code: 'search_refused', params: { cluster: 'x', status: r.status, reason: JSON.stringify(r.error).slice(0, 500) } } }; }
      return { ok: true, total: r.hits.total?.value ?? r.hits.hits.length, hits: r.hits.hits.map((h: any) => ({ id: h._id, index: h._index, source: h._source ?? {}, sort: h.sort ?? [] })), aggregations: r.aggregations ?? {} };
    });
  },
  async fields(index: string, pattern: string) {
    const res: any = await (await fetch(`${url}/${index}/_field_caps?ignore_unavailable=true&fields=${pattern}`)).json();
    return new Map(Object.entries(res.fields).map(([k, v]: any) => [k, Object.keys(v)[0]]));
  },
};
const ms = (t: string) => Number(t.replace('s', '')) * 1000;
const loaded = loadRules(positionals, { runEveryMs: ms(values['run-every']!), bufferTimeMs: ms(values['buffer-time']!), clusters: [], kibanaUrl: null, checkRemedy: () => null, environment: () => undefined });
if (loaded.problems.length) { console.error(loaded.problems.join('\n')); }
for await (const e of replay(loaded.rules, search, { from: Date.parse(values.from!), to: Date.parse(values.to!) })) console.log(JSON.stringify({ ...e, at: new Date(e.at).toISOString() }));
if (process.env.STATS) console.error(stats);
