import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import type { JsonObject } from '#kernel/json.ts';
import { READ_MAPPING, asRead } from './as-read.ts';
import { compare, toBeRead, type Difference, type Sides } from './compare.ts';
import { MAPPING, OTHER_MAPPING, asJson, inTime, makeData, type DataSet } from './data.ts';
import { elastalertPython } from './install.ts';
import { Random } from './random.ts';
import { makeRules } from './rules.ts';
import { runElastalert, runVigie, type Place } from './side.ts';
import type { Died, Theirs, Written } from './sides.ts';

/** Of the documents in every second set. */
const LATE = 0.1;

/**
 * `npm run compare:elastalert`: the same rules on the same data under ElastAlert and under vigie. Prints each difference with its number in
 * docs/elastalert.md, and ends with 1 when one has none.
 *
 *   --sets N      data sets (default 3)      --rules N     rules of each type on each (default 3)
 *   --seed N      of the first set           --url URL     an Elasticsearch that runs already
 *   --only TYPE   one type alone             --keep        leaves documents and rule files for a look
 *   --late SHARE  of the documents come late, from 0 to 1 (default 0.1 in every second set)
 */
const { values } = parseArgs({
  options: {
    sets: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    rules: { type: 'string', default: '3' },
    url: { type: 'string' },
    only: { type: 'string' },
    late: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

async function main(): Promise<number> {
  const python = await elastalertPython();
  const server = await serverAt(values.url);
  let unexplained = 0;
  try {
    for (let set = 0; set < Number(values.sets); set += 1) unexplained += await oneSet(python, server.url, Number(values.seed) + set);
  } finally {
    await server.stop();
  }
  console.log(unexplained === 0 ? 'no difference is unexplained' : `${unexplained} differences are UNEXPLAINED`);
  return unexplained === 0 ? 0 : 1;
}

async function serverAt(url: string | undefined): Promise<{ readonly url: string; stop(): Promise<void> }> {
  if (url !== undefined) return { url, stop: async () => {} };
  const { startElasticsearch } = await import('#test/real/elasticsearch/server.ts');
  return await startElasticsearch({ version: '9.5.3' });
}

async function oneSet(python: string, url: string, seed: number): Promise<number> {
  const random = new Random(seed);
  const data = makeData(random, values.late === undefined ? (seed % 2 === 0 ? LATE : 0) : Number(values.late));
  const written = makeRules(random, 'compare', Number(values.rules))
    .map(asWritten)
    .filter(({ type }) => values.only === undefined || type === values.only);
  const folder = await mkdtemp(join(tmpdir(), 'vigie-compare-'));
  const places: Place[] = [];
  const place = async (name: string, { documents, rules = written, mappings = [MAPPING, OTHER_MAPPING] }: Filling): Promise<Place> => {
    const index = `compare-${seed}-${name}`;
    await fill(url, index, documents, mappings);
    const own = join(folder, name);
    const files = await writeRules(
      own,
      rules.map((rule) => ({ ...rule, index: `${index}-*` })),
    );
    const made = { url, index, files, folder: own };
    places.push(made);
    return made;
  };
  /** A rule by itself: not two of them read the same documents so. */
  const read = async (rule: Written, number: number): Promise<Sides> => {
    const { rule: plain, data: documents } = asRead(rule, data);
    const run = async (name: string, own: DataSet): Promise<Theirs> =>
      await runElastalert(python, own, await place(name, { documents: own, rules: [plain], mappings: [READ_MAPPING, READ_MAPPING] }));
    const theirs = await run(`read-${number}`, documents);
    return { theirs, prompt: data.late.length === 0 ? null : await run(`prompt-read-${number}`, inTime(documents)) };
  };
  try {
    const [theirs, lives] = await Promise.all([
      runElastalert(python, data, await place('elastalert', { documents: data })),
      runVigie(data, await place('vigie', { documents: data })),
    ]);
    const prompt =
      data.late.length === 0 ? null : await runElastalert(python, inTime(data), await place('prompt', { documents: inTime(data) }));
    const found = { theirs, lives, prompt };
    const anew = new Map<string, Sides>();
    for (const [number, rule] of toBeRead(written, theirs, compare(written, found, data)).entries())
      anew.set(rule.name, await read(rule, number));
    const differences = compare(written, { ...found, read: anew }, data);
    tell(
      seed,
      data,
      `${written.length} rules, ${theirs.matches.length} matches, ${lives.length} alerts, ${theirs.died.length} rules of ElastAlert died`,
      { differences, died: theirs.died },
    );
    return differences.filter(({ explanation }) => explanation === null).length;
  } finally {
    if (values.keep) console.log(`kept: indices compare-${seed}-*, rules in ${folder}`);
    else {
      for (const { index } of places) await fetch(`${url}/${index}-1,${index}-2`, { method: 'DELETE' });
      await rm(folder, { recursive: true });
    }
  }
}

interface Filling {
  readonly documents: DataSet;
  readonly rules?: readonly Written[];
  /** Of both indices. */
  readonly mappings?: readonly [JsonObject, JsonObject];
}

function asWritten(rule: ReturnType<typeof makeRules>[number]): Written {
  return { ...rule, name: String(rule['name']), type: String(rule['type']) };
}

/** Two indices, as those of two days would be; late documents go into the second one. */
async function fill(
  url: string,
  index: string,
  { documents, from, to }: DataSet,
  [first, second]: readonly [JsonObject, JsonObject],
): Promise<void> {
  const isFirst = (document: JsonObject): boolean => Date.parse(String(document['@timestamp'])) < (from + to) / 2;
  await fillIndex(url, `${index}-1`, first, documents.filter(isFirst));
  await fillIndex(
    url,
    `${index}-2`,
    second,
    documents.filter((document) => !isFirst(document)),
  );
}

async function fillIndex(url: string, index: string, mappings: JsonObject, documents: readonly JsonObject[]): Promise<void> {
  await fetch(`${url}/${index}?ignore_unavailable=true`, { method: 'DELETE' });
  const created = await fetch(`${url}/${index}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ settings: { number_of_shards: 1 }, mappings }),
  });
  if (!created.ok) throw new Error(await created.text());
  const body = documents.map((document) => `{"index":{}}\n${asJson(document)}\n`).join('');
  const filled = await fetch(`${url}/${index}/_bulk?refresh=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body,
  });
  const text = await filled.text();
  if (!filled.ok || !text.includes('"errors":false')) throw new Error(text.slice(0, 1_000));
}

async function writeRules(folder: string, rules: readonly Written[]): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  return await Promise.all(
    rules.map(async (rule) => {
      const file = join(folder, `${rule.name.replace(' ', '-')}.yaml`);
      await writeFile(file, stringify(rule));
      return file;
    }),
  );
}

function tell(
  seed: number,
  { documents, late, runEveryMs, bufferTimeMs }: DataSet,
  summary: string,
  { differences, died }: { readonly differences: readonly Difference[]; readonly died: readonly Died[] },
): void {
  console.log(
    `seed ${seed}: ${documents.length} documents and ${late.length} late ones, run_every ${runEveryMs / 1_000} s, buffer_time ${bufferTimeMs / 1_000} s; ${summary}`,
  );
  for (const { rule, died: reason, at } of died) console.log(`  died in ElastAlert: ${rule} at ${new Date(at).toISOString()}: ${reason}`);
  for (const { rule, key, what, explanation } of differences) {
    console.log(`  ${explanation === null ? 'UNEXPLAINED' : `difference ${explanation}`}  ${rule} [${key.join(', ')}]: ${what}`);
  }
}

process.exitCode = await main();
