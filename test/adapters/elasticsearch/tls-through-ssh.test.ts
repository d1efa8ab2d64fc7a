import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import { startSsh, type LabSsh } from '#test/lab/ssh-server.ts';
import { makeAuthority, makeCertificate } from '#test/lab/tls/certificates.ts';

const AUTHORITY = makeAuthority('the authority of the cluster');
let closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  closing = [];
});

/** A cluster with a certificate for these names, reached by that address through an SSH server on which every name leads to it. */
async function through(names: readonly string[], host: string, authority = AUTHORITY) {
  const asked: string[] = [];
  const cluster: Server = createServer(makeCertificate({ names, by: AUTHORITY }), (request, response) => {
    asked.push(request.headers.authorization ?? '');
    response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
    response.end(request.url?.startsWith('/_cluster') === true ? '{"status":"green"}' : '{"version":{"number":"9.5.3"}}');
  });
  cluster.listen(0, '127.0.0.1');
  await once(cluster, 'listening');
  const address = cluster.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const ssh: LabSsh = await startSsh(
    (channel) => channel.end(),
    () => port,
  );
  const remote = connectRemote(ssh.options);
  const auth = { username: 'elastic', password: 'changeme-123' };
  const search = connectSearch({ cluster: 'main', urls: [`https://${host}:9200`], ca: authority.cert, auth, remote, timeoutMs: 3_000 });
  closing.push(
    () => cluster.close(),
    () => ssh.stop(),
    () => remote.close(),
    () => search.close(),
  );
  return { search, asked };
}

describe('Elasticsearch over TLS through SSH', () => {
  it.each([
    ['a name', ['search.internal'], 'search.internal'],
    ['an address', ['10.20.30.40'], '10.20.30.40'],
    ['this very name', ['localhost'], 'localhost'],
  ])('is believed when its certificate is for %s of the configuration', async (_what, names, host) => {
    const { search } = await through(names, host);
    expect(await search.info()).toEqual({ version: '9.5.3', health: 'green' });
  });

  it.each([
    ['localhost, where an address is meant', ['localhost'], '10.20.30.40'],
    ['localhost, where a name is meant', ['localhost'], 'search.internal'],
    ['another address', ['10.20.30.41'], '10.20.30.40'],
    ['another name', ['evil.internal'], 'search.internal'],
    ['a name, where localhost is meant', ['search.internal'], 'localhost'],
  ])('gets no password when its certificate is for %s', async (_what, names, host) => {
    const { search, asked } = await through(names, host);
    await expect(search.info()).rejects.toMatchObject({
      code: 'search_unreachable',
      params: { reason: expect.stringMatching(/does not match certificate's altnames/u) },
    });
    expect(asked).toEqual([]);
  });

  it('gets no password when another authority signed', async () => {
    const { search, asked } = await through(['search.internal'], 'search.internal', makeAuthority('another'));
    await expect(search.info()).rejects.toMatchObject({ code: 'search_unreachable' });
    expect(asked).toEqual([]);
  });
});
