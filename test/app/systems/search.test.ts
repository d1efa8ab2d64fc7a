import { afterEach, describe, expect, it } from 'vitest';
import { search } from '#app/app/systems/search.ts';
import { json, type StandIn, startStandIn } from '#test/adapters/elasticsearch/stand-in.ts';
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
