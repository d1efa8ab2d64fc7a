import { createServer } from 'node:https';
import type { Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpSink, isInet, type Behaviour } from '#test/lab/pager/http-sink.ts';
import { makeAuthority, makeCertificate, type Certificate } from '#test/lab/tls/certificates.ts';
import { closedPort, looker, tcpServer } from './prober.ts';

const DAY_MS = 86_400_000;
const authority = makeAuthority('the lab');
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function web(behaviour: Behaviour, certificate: Certificate | null = null): Promise<HttpSink> {
  const sink = await HttpSink.start(certificate);
  sink.behaviour = behaviour;
  stops.push(() => sink.stop());
  return sink;
}

describe('probe http', () => {
  const look = looker('http', { ca: [authority.cert] });

  it('takes every status below 400, by default', async () => {
    const sink = await web({ status: 204 });
    expect(await look(`${sink.url}/health?deep=1`)).toMatchObject({ ok: true, walked: ['connect', 'http'] });
    expect(sink.received).toMatchObject([{ method: 'GET', path: '/health?deep=1' }]);
  });

  it('names a status that is not as expected', async () => {
    const sink = await web({ status: 500 });
    expect(await look(sink.url)).toMatchObject({
      ok: false,
      hop: 'http',
      detail: 'HTTP 500',
      problem: { code: 'probe_status', params: { target: sink.url, status: 500, expected: null } },
    });
    expect(await look(sink.url, { status: 500 })).toMatchObject({ ok: true });
    expect(await look(sink.url, { status: [200, 404] })).toMatchObject({ ok: false, problem: { params: { expected: [200, 404] } } });
  });

  it('looks for what must stand in the page', async () => {
    const sink = await web({ status: 200, body: '<h1>Etherpad</h1>' });
    expect(await look(sink.url, { body: 'Etherpad' })).toMatchObject({ ok: true, walked: ['connect', 'http', 'content'] });
    expect(await look(sink.url, { body: 'Mattermost' })).toMatchObject({
      ok: false,
      hop: 'content',
      problem: { code: 'probe_body', params: { expected: 'Mattermost' } },
    });
  });

  it('follows redirects as far as it may', async () => {
    const there = await web({ status: 200, body: 'here' });
    const sink = await web({ status: 302, location: `${there.url}/new` });
    expect(await look(sink.url, { body: 'here' })).toMatchObject({ ok: true });
    expect(await look(sink.url, { redirects: 0 })).toMatchObject({ ok: true });
    expect(await look(sink.url, { redirects: 0, status: 200 })).toMatchObject({ ok: false, detail: 'HTTP 302' });
    const round = await web({ status: 302, location: '/again' });
    expect(await look(round.url, { redirects: 3 })).toMatchObject({
      ok: false,
      problem: { code: 'probe_redirects', params: { limit: 3 } },
    });
    expect(round.received).toHaveLength(4);
  });

  it('follows no redirect to something else than HTTP', async () => {
    const sink = await web({ status: 302, location: 'file:///etc/passwd' });
    expect(await look(sink.url)).toMatchObject({ ok: false, hop: 'http', problem: { code: 'probe_broken' } });
  });

  it('names the hop that fails: name, connection, TLS, certificate, HTTP', async () => {
    expect(await look('http://nowhere.invalid/')).toMatchObject({ hop: 'dns' });
    expect(await look(`http://127.0.0.1:${await closedPort()}/`)).toMatchObject({ hop: 'connect' });
    const plain = await web({ status: 200 });
    expect(await look(plain.url.replace('http:', 'https:'))).toMatchObject({ ok: false, hop: 'tls' });
    const strange = await web({ status: 200 }, makeCertificate({ names: ['127.0.0.1'] }));
    expect(await look(strange.url)).toMatchObject({ hop: 'certificate', problem: { code: 'probe_certificate_untrusted' } });
    const broken = await web('break');
    expect(await look(broken.url)).toMatchObject({ ok: false, hop: 'http', problem: { code: 'probe_broken' } });
  });

  it('trusts what a known authority signed', async () => {
    const sink = await web({ status: 200 }, makeCertificate({ names: ['127.0.0.1'], by: authority }));
    expect(await look(sink.url)).toMatchObject({ ok: true, walked: ['connect', 'tls', 'certificate', 'http'] });
  });

  it('names the hop that hangs', async () => {
    const sink = await web('hang');
    expect(await look(sink.url, {}, 200)).toMatchObject({
      ok: false,
      hop: 'http',
      problem: { code: 'probe_late', params: { target: sink.url, hop: 'http', limit: 200 } },
    });
    const silent = await tcpServer(() => undefined);
    stops.push(silent.stop);
    expect(await look(`https://127.0.0.1:${silent.port}/`, {}, 200)).toMatchObject({
      ok: false,
      hop: 'tls',
      problem: { code: 'probe_late' },
    });
  });

  it('names a page that never ends', async () => {
    const slow = await tcpServer((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin'));
    stops.push(slow.stop);
    expect(await look(`http://127.0.0.1:${slow.port}/`, { body: 'end' }, 200)).toMatchObject({ ok: false, hop: 'content' });
  });

  it.each(['127.0.0.1', 'ftp://127.0.0.1/', 'http://', 'http://user@host/', 'http://host:99999/', 'http://a b/'])(
    'refuses the target %s',
    async (target) => {
      await expect(look(target)).rejects.toMatchObject({ code: 'probe_invalid' });
    },
  );
});

describe('probe tls', () => {
  const look = looker('tls', { ca: [authority.cert] });

  async function server(certificate: Certificate): Promise<string> {
    const listening: Server = createServer(certificate);
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => listening.close(() => resolve())));
    const address = listening.address();
    return `127.0.0.1:${isInet(address) ? address.port : 0}`;
  }

  const ending = (days: number) =>
    makeCertificate({ names: ['127.0.0.1'], by: authority, from: Date.now() - 90 * DAY_MS, to: Date.now() + days * DAY_MS + DAY_MS / 2 });

  it('measures the days that are left', async () => {
    expect(await look(await server(ending(40)), { days: 20 })).toMatchObject({
      ok: true,
      value: 40,
      walked: ['connect', 'tls', 'certificate'],
    });
  });

  it('tells that the end is near, and how near', async () => {
    const target = await server(ending(5));
    expect(await look(target, { days: 20 })).toMatchObject({
      ok: false,
      hop: 'certificate',
      value: 5,
      problem: { code: 'probe_certificate_ends', params: { target, days: 5, least: 20 } },
    });
    expect(await look(target, { days: 5 })).toMatchObject({ ok: true, value: 5 });
  });

  it('tells that it is over', async () => {
    expect(await look(await server(ending(-3)))).toMatchObject({ ok: false, value: -3, problem: { code: 'probe_certificate_ends' } });
  });

  it('names what is wrong with the chain or the name', async () => {
    const selfSigned = await look(await server(makeCertificate({ names: ['127.0.0.1'] })));
    expect(selfSigned).toMatchObject({ ok: false, hop: 'certificate', detail: 'DEPTH_ZERO_SELF_SIGNED_CERT', value: 29 });
    const stranger = await look(await server(makeCertificate({ names: ['127.0.0.1'], by: makeAuthority('another') })));
    expect(stranger).toMatchObject({ ok: false, problem: { code: 'probe_certificate_untrusted' } });
    const other = await server(makeCertificate({ names: ['pad.example.org'], by: authority }));
    expect(await look(other)).toMatchObject({ ok: false, detail: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(await look(other, { servername: 'pad.example.org' })).toMatchObject({ ok: true });
  });

  it('names a server that does not speak TLS, or says nothing', async () => {
    const talker = await tcpServer((socket) => socket.end('220 hello\r\n'));
    const silent = await tcpServer(() => undefined);
    stops.push(talker.stop, silent.stop);
    expect(await look(`127.0.0.1:${talker.port}`)).toMatchObject({ ok: false, hop: 'tls', problem: { code: 'probe_broken' } });
    expect(await look(`127.0.0.1:${silent.port}`, {}, 200)).toMatchObject({ ok: false, hop: 'tls', problem: { code: 'probe_late' } });
    expect(await look(`127.0.0.1:${await closedPort()}`)).toMatchObject({ ok: false, hop: 'connect' });
  });
});
