import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNtfy } from '#adapters/pager/ntfy.ts';
import { createWebhook } from '#adapters/pager/webhook.ts';
import { PAGE } from '#test/contract/pager.contract.ts';
import { HttpSink } from '#test/lab/pager/http-sink.ts';
import { makeCertificate } from '#test/lab/tls/certificates.ts';

const COMMON = { minSeverity: 'critical', timeoutMs: 2_000, retryMs: 5 } as const;
let sink: HttpSink;
beforeEach(async () => {
  sink = await HttpSink.start();
});
afterEach(() => sink.stop());

const webhook = (url: string, headers: Readonly<Record<string, string>> = {}, token: string | null = null) =>
  createWebhook({ ...COMMON, name: 'hook', url, token, headers });

describe('webhook', () => {
  it('posts the documented fields, with its token and headers', async () => {
    await webhook(`${sink.url}/hook`, { 'x-team': 'picasoft' }, 'tk_1').page({ ...PAGE, person: 'alice' });
    const [request] = sink.received;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/hook',
      headers: { authorization: 'Bearer tk_1', 'content-type': 'application/json', 'x-team': 'picasoft' },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({ source: 'vigie', ...PAGE, person: 'alice' });
  });

  it('takes a redirect for a refusal: following it would lose the page', async () => {
    sink.behaviour = { status: 302, location: `${sink.url}/elsewhere` };
    await expect(webhook(sink.url).page(PAGE)).rejects.toMatchObject({ code: 'pager_refused', params: { status: 302 } });
    expect(sink.received).toHaveLength(1);
  });

  it('does not trust a certificate that nobody signed', async () => {
    const secure = await HttpSink.start(makeCertificate({ names: ['127.0.0.1'] }));
    try {
      const error: unknown = await webhook(secure.url)
        .page(PAGE)
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'pager_unreachable', params: { reason: expect.stringMatching(/self-signed/u) } });
      expect(secure.received).toEqual([]);
    } finally {
      await secure.stop();
    }
  });

  it('keeps a header that is no header out of its error', async () => {
    const error: unknown = await webhook(sink.url, {}, 'two\nlines-of-token')
      .page(PAGE)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'pager_unreachable' });
    expect(inspect(error, { depth: 9 })).not.toContain('lines-of-token');
  });
});

describe('ntfy', () => {
  const ntfy = () => createNtfy({ ...COMMON, name: 'phone', url: sink.url, topic: 'ops-1', token: 'tk_2', people: { alice: 'alice-1' } });
  const body = (): unknown => JSON.parse(sink.received.at(-1)?.body ?? '');

  it('publishes JSON at the root, with the token', async () => {
    await ntfy().page(PAGE);
    expect(sink.received[0]).toMatchObject({ method: 'POST', path: '/', headers: { authorization: 'Bearer tk_2' } });
    expect(body()).toEqual({
      topic: 'ops-1',
      title: PAGE.title,
      message: PAGE.text,
      priority: 5,
      tags: ['rotating_light'],
      click: PAGE.link,
    });
  });

  it('rings louder the worse it is', async () => {
    for (const [severity, priority] of [
      ['critical', 5],
      ['warning', 4],
      ['info', 3],
    ] as const) {
      await ntfy().page({ ...PAGE, severity });
      expect(body()).toMatchObject({ priority });
    }
  });

  it('goes to the topic of the person who is meant, or else to the common one', async () => {
    await ntfy().page({ ...PAGE, person: 'alice' });
    expect(body()).toMatchObject({ topic: 'alice-1' });
    await ntfy().page({ ...PAGE, person: 'bob' });
    expect(body()).toMatchObject({ topic: 'ops-1' });
  });
});
