import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createEmail, type EmailOptions } from '#adapters/pager/email.ts';
import { PAGE } from '#test/contract/pager.contract.ts';
import { SmtpSink, type SmtpOptions } from '#test/lab/pager/smtp-sink.ts';
import { makeAuthority, makeCertificate } from '#test/lab/tls/certificates.ts';

const authority = makeAuthority('the lab');
const certificate = makeCertificate({ names: ['127.0.0.1'], by: authority });
const login = { user: 'vigie', password: 'mail-password' };
const warned: { readonly data: object; readonly text: string }[] = [];

let sink: SmtpSink | null = null;
afterEach(async () => {
  await sink?.stop();
  sink = null;
  warned.length = 0;
});

async function open(server: SmtpOptions, options: Partial<EmailOptions> = {}) {
  sink = await SmtpSink.start(server);
  const pager = createEmail({
    name: 'mail',
    minSeverity: 'critical',
    timeoutMs: 1_000,
    retryMs: 5,
    host: '127.0.0.1',
    port: sink.port,
    security: 'starttls',
    ca: authority.cert,
    login: null,
    from: 'vigie@example.org',
    to: ['ops@example.org', 'backup@example.org'],
    people: { alice: 'alice@example.org' },
    warn: (data, text) => warned.push({ data, text }),
    ...options,
  });
  return { sink, pager };
}

describe('e-mail', () => {
  it('goes to everybody who is listed, in the clear only where that was asked for', async () => {
    const { sink: server, pager } = await open({}, { security: 'none' });
    await pager.page(PAGE);
    expect(server.mails).toMatchObject([
      { from: 'vigie@example.org', to: ['ops@example.org', 'backup@example.org'], secure: false, user: null },
    ]);
  });

  it('goes to the person who is meant alone, or to everybody if they have no address', async () => {
    const { sink: server, pager } = await open({ certificate });
    await pager.page({ ...PAGE, person: 'alice' });
    await pager.page({ ...PAGE, person: 'bob' });
    expect(server.mails.map(({ to }) => to)).toEqual([['alice@example.org'], ['ops@example.org', 'backup@example.org']]);
  });

  it('logs in after STARTTLS', async () => {
    const { sink: server, pager } = await open({ certificate, ...login }, { login });
    await pager.page(PAGE);
    expect(server.mails).toMatchObject([{ secure: true, user: 'vigie' }]);
  });

  it('sends nothing to a server that offers no STARTTLS', async () => {
    const { sink: server, pager } = await open({}, { login });
    await expect(pager.page(PAGE)).rejects.toMatchObject({ code: expect.stringMatching(/^pager_/u) });
    expect(server.mails).toEqual([]);
  });

  it('tells a wrong password, and repeats it nowhere', async () => {
    const { pager } = await open({ certificate, ...login }, { login: { ...login, password: 'another-password' } });
    const error: unknown = await pager.page(PAGE).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'pager_refused', params: { pager: 'mail', status: 535 } });
    expect(inspect(error, { depth: 9 })).not.toContain('another-password');
  });

  it('does not trust a certificate of another authority, nor try again', async () => {
    const { sink: server, pager } = await open({ certificate, implicit: true }, { security: 'tls', ca: makeAuthority('another').cert });
    await expect(pager.page(PAGE)).rejects.toMatchObject({
      code: 'pager_unreachable',
      params: { reason: expect.stringMatching(/certificate/u) },
    });
    expect(server.connections).toBe(1);
    expect(server.mails).toEqual([]);
  });

  it('does not trust a certificate for another host', async () => {
    const other = makeCertificate({ names: ['mail.example.org'], by: authority });
    const { sink: server, pager } = await open({ certificate: other, implicit: true }, { security: 'tls' });
    await expect(pager.page(PAGE)).rejects.toMatchObject({
      code: 'pager_unreachable',
      params: { reason: expect.stringMatching(/altname/u) },
    });
    expect(server.mails).toEqual([]);
  });

  it('does not trust a certificate for another host after STARTTLS either', async () => {
    const other = makeCertificate({ names: ['localhost', 'mail.example.org'], by: authority });
    const { sink: server, pager } = await open({ certificate: other }, { security: 'starttls' });
    await expect(pager.page(PAGE)).rejects.toMatchObject({
      code: 'pager_unreachable',
      params: { reason: expect.stringMatching(/altname/u) },
    });
    expect(server.mails).toEqual([]);
  });

  it('is taken if one recipient is, and says who was not', async () => {
    const { sink: server, pager } = await open({ certificate });
    server.refused.add('backup@example.org');
    await pager.page(PAGE);
    expect(server.mails).toMatchObject([{ to: ['ops@example.org'] }]);
    expect(warned).toEqual([
      { data: { pager: 'mail', refused: ['backup@example.org'] }, text: 'the mail server refused some recipients of a page' },
    ]);
  });

  it('fails when nobody was taken', async () => {
    const { sink: server, pager } = await open({ certificate });
    server.refused.add('alice@example.org');
    await expect(pager.page({ ...PAGE, person: 'alice' })).rejects.toMatchObject({ code: 'pager_refused', params: { status: 550 } });
    expect(server.mails).toEqual([]);
  });

  it('gives up on a server that does not even greet', async () => {
    const { sink: server, pager } = await open({}, { security: 'none', timeoutMs: 200 });
    server.behaviour = 'silent';
    await expect(pager.page(PAGE)).rejects.toMatchObject({ code: 'pager_unreachable', params: { reason: 'no answer within 200 ms' } });
    expect(server.connections).toBe(1);
  });

  it('makes one thread of the mails of one key', async () => {
    const { sink: server, pager } = await open({ certificate });
    for (const key of ['a', 'a', 'b']) await pager.page({ ...PAGE, key });
    const threads = server.mails.map(({ text }) => /^References: (.*)$/mu.exec(text)?.[1]);
    expect(threads[0]).toBe(threads[1]);
    expect(threads[2]).not.toBe(threads[0]);
  });

  it('puts nothing into the head of a mail that stands in a title', async () => {
    const { sink: server, pager } = await open({ certificate });
    await pager.page({ ...PAGE, title: 'disk\r\nBcc: eve@example.org' });
    expect(server.mails[0]?.to).toEqual(['ops@example.org', 'backup@example.org']);
    expect(server.mails[0]?.text).not.toMatch(/^Bcc:/mu);
  });
});
