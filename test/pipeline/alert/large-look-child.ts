import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import type { RuleKind } from '#domain/alert/rule.ts';
import { lookAt } from '#pipeline/alert/look.ts';
import { rule } from '#test/domain/alert/builders.ts';

/** `node large-look-child.ts URL KIND`: one look of one rule, and how much memory it took at its worst (MB). */
const [, , url = '', kind = 'any'] = process.argv;
const KINDS: Readonly<Record<string, RuleKind>> = {
  any: { type: 'any' },
  frequency: { type: 'frequency', numEvents: 1_000, timeframeMs: 600_000, countedBy: 'documents', termsSize: 50, attachRelated: false },
};
const START = Date.UTC(2026, 0, 10, 12);
const search = connectSearch({ cluster: 'main', urls: [url], timeoutMs: 60_000 });
const own = rule({ kind: KINDS[kind] ?? { type: 'any' }, index: 'logs', queryKey: [], bufferTimeMs: 600_000 });
// What the libraries weigh isn't the look's.
await search.multi([{ index: 'logs', body: { size: 0 } }]);
const before = process.resourceUsage().maxRSS;
const [looked] = await lookAt([{ rule: own, memory: null, span: { from: START, to: START + 600_000 }, open: [] }], search);
const grown = Math.round((process.resourceUsage().maxRSS - before) / 1_024);
const found = looked?.ok === true ? looked.look.findings.length : JSON.stringify(looked);
console.log(JSON.stringify({ grown, found, counted: looked?.ok === true ? (looked.look.counted ?? 0) : null }));
await search.close();
