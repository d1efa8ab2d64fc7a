import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { lookAtSearches } from '#app/app/systems/search/doctor.ts';
import { search } from '#app/app/systems/search.ts';
import { json, type StandIn, startStandIn } from '#test/adapters/elasticsearch/stand-in.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';
import { examination, examine } from './examine.ts';

let standIn: StandIn | null = null;
afterEach(async () => {
  await standIn?.stop();
  standIn = null;
});

/** A cluster that says so of itself. */
async function cluster(version: string, status: string): Promise<string> {
  standIn = await startStandIn((response, asked, socket) =>
    json(200, asked.path.startsWith('/_cluster') ? { status } : { version: { number: version } })(response, asked, socket),
  );
  return standIn.url;
}

const look = (url: string | null) =>
  examine(search, examination(url === null ? '' : `elasticsearch: { beats: { url: "${url}", timeout: 2s } }`));

describe('doctor, of Elasticsearch', () => {
  it('says so when there is none', async () => {
    expect(await look(null)).toMatchObject([{ what: 'Elasticsearch', ok: true, detail: expect.stringContaining('none configured') }]);
  });

  it('shows version and health', async () => {
    expect(await look(await cluster('9.5.3', 'green'))).toEqual([{ what: 'Elasticsearch beats', ok: true, detail: '9.5.3, green' }]);
  });

  it('takes yellow for well', async () => {
    expect(await look(await cluster('8.19.21', 'yellow'))).toMatchObject([{ ok: true, detail: expect.stringContaining('yellow') }]);
  });

  it('takes red for ill, and says where to look', async () => {
    expect(await look(await cluster('8.19.21', 'red'))).toMatchObject([
      { ok: false, detail: expect.stringContaining('_cluster/allocation/explain') },
    ]);
  });

  it('names a server that is too old', async () => {
    expect(await look(await cluster('7.16.3', 'green'))).toMatchObject([{ ok: false, detail: expect.stringContaining('7.17') }]);
    await standIn?.stop();
    expect(await look(await cluster('7.17.0', 'green'))).toMatchObject([{ ok: true }]);
  });

  it('says what the account needs when it is refused', async () => {
    standIn = await startStandIn(json(403, { error: { type: 's', reason: 'unauthorized' }, status: 403 }));
    expect(await look(standIn.url)).toMatchObject([{ ok: false, detail: expect.stringMatching(/^search_refused .*needs monitor/u) }]);
  });

  it('says that nobody answers', async () => {
    expect(await look('http://127.0.0.1:1')).toEqual([{ what: 'Elasticsearch beats', ok: false, detail: 'search_unreachable' }]);
  });
});

describe('doctor, of what stands behind the patterns of the rules', () => {
  const of = async (prepare: (search: MemorySearch) => void): Promise<readonly unknown[]> => {
    const memory = new MemorySearch(systemClock, 'main');
    for (const name of ['metricbeat-1', 'metricbeat-2']) memory.createIndex(name);
    prepare(memory);
    const found = await lookAtSearches(new Map([['main', memory]]), { ...examination(), rules: [rule({ index: 'metricbeat-*' })] });
    return found.slice(1).map(({ ok, detail }) => [ok, detail]);
  };

  it('is content with an old index that a policy made read-only', async () => {
    expect(await of((memory) => memory.blockIndex('metricbeat-1', 'index.blocks.write'))).toEqual([[true, 'metricbeat-*']]);
  });

  it('names what is closed, and that nothing can be written', async () => {
    expect(await of((memory) => memory.closeIndex('metricbeat-1'))).toEqual([[false, 'closed: metricbeat-1']]);
    const both = (memory: MemorySearch): void =>
      ['metricbeat-1', 'metricbeat-2'].forEach((name) => memory.blockIndex(name, 'index.blocks.write'));
    expect(await of(both)).toEqual([[false, 'read-only by index.blocks.write: metricbeat-1, metricbeat-2']]);
    expect(await of((memory) => memory.blockIndex('metricbeat-1', 'index.blocks.read_only_allow_delete'))).toEqual([
      [false, 'read-only, since the disk of Elasticsearch is nearly full: metricbeat-1'],
    ]);
  });
});
