import { describe } from 'vitest';
import { createEmail } from '#adapters/pager/email.ts';
import { createNtfy } from '#adapters/pager/ntfy.ts';
import { createWebhook } from '#adapters/pager/webhook.ts';
import type { Pager } from '#ports/pager.ts';
import { HttpSink } from '#test/lab/pager/http-sink.ts';
import { SmtpSink } from '#test/lab/pager/smtp-sink.ts';
import { makeAuthority, makeCertificate } from '#test/lab/tls/certificates.ts';
import { pagerContract, type PagerStage } from './pager.contract.ts';

const timeoutMs = 400;
const COMMON = { minSeverity: 'critical', timeoutMs, retryMs: 5 } as const;

async function overHttp(secrets: readonly string[], open: (url: string) => Pager): Promise<PagerStage> {
  const sink = await HttpSink.start();
  let [stopped, failures] = [false, 0];
  return {
    pager: open(sink.url),
    timeoutMs,
    secrets,
    taken: () => sink.received.slice(failures).map(({ body }) => body.replaceAll('\\n', '\n')),
    tries: () => sink.received.length,
    takes: () => (sink.behaviour = { status: 200 }),
    refuses: () => {
      failures += 1;
      sink.behaviour = { status: 403, body: `you may not, ${secrets.join(' ')}` };
    },
    hangs: () => {
      failures += 1;
      sink.behaviour = 'hang';
    },
    breaks: (times) => {
      failures += Math.min(times, 3);
      sink.next.push(...Array.from({ length: times }, () => 'break' as const));
    },
    async stop() {
      if (!stopped) await sink.stop();
      stopped = true;
    },
  };
}

describe('pager contract: webhook', () => {
  pagerContract(() => {
    const secrets = ['tk_webhook_secret', 'hidden-path-7f3a', 'api-key-91'];
    return overHttp(secrets, (url) =>
      createWebhook({
        ...COMMON,
        name: 'hook',
        url: `${url}/hidden-path-7f3a?key=api-key-91`,
        token: 'tk_webhook_secret',
        headers: { 'x-api-key': 'api-key-91' },
      }),
    );
  });
});

describe('pager contract: ntfy', () => {
  pagerContract(() =>
    overHttp(['tk_ntfy_secret', 'picasoft-9d1b'], (url) =>
      createNtfy({ ...COMMON, name: 'phone', url, topic: 'picasoft-9d1b', token: 'tk_ntfy_secret', people: {} }),
    ),
  );
});

describe('pager contract: e-mail', () => {
  const authority = makeAuthority('the lab');
  const certificate = makeCertificate({ names: ['127.0.0.1'], by: authority });
  const login = { user: 'vigie', password: 'mail-password-5c2e' };

  for (const security of ['tls', 'starttls'] as const)
    describe(security, () => {
      pagerContract(async () => {
        const sink = await SmtpSink.start({ certificate, implicit: security === 'tls', ...login });
        let stopped = false;
        return {
          pager: createEmail({
            ...COMMON,
            name: 'mail',
            host: '127.0.0.1',
            port: sink.port,
            security,
            ca: authority.cert,
            login,
            from: 'vigie@example.org',
            to: ['ops@example.org'],
            people: {},
            warn: () => undefined,
          }),
          timeoutMs,
          secrets: [login.password, Buffer.from(`\0${login.user}\0${login.password}`).toString('base64')],
          taken: () => sink.mails.map(({ text }) => decoded(text)),
          tries: () => sink.connections,
          takes: () => (sink.behaviour = 'take'),
          refuses: () => (sink.behaviour = 'refuse'),
          hangs: () => (sink.behaviour = 'hang'),
          breaks: (times) => (sink.breaks = times),
          async stop() {
            if (!stopped) await sink.stop();
            stopped = true;
          },
        };
      });
    });
});

/** Subject and text as a mail program shows them: encoded words and quoted-printable read back. */
function decoded(mail: string): string {
  const bytes = (text: string): string =>
    Buffer.from(
      text.replaceAll(/=([0-9A-F]{2})/gu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ).toString();
  const end = mail.indexOf('\n\n');
  const head = mail
    .slice(0, end)
    .replaceAll(/\?=\s+=\?/gu, '?==?')
    .replaceAll(/=\?UTF-8\?Q\?(.*?)\?=/giu, (_, text: string) => bytes(text.replaceAll('_', ' ')))
    .replaceAll(/=\?UTF-8\?B\?(.*?)\?=/giu, (_, text: string) => Buffer.from(text, 'base64').toString());
  return head + bytes(mail.slice(end).replaceAll('=\n', ''));
}
