import type { SendMailOptions, Transporter } from 'nodemailer';
import { sha256 } from '#kernel/hash.ts';
import { isRecord } from '#kernel/json.ts';
import type { Page, Pager } from '#ports/pager.ts';
import { deliver, Disconnected, Refused, type PagerOptions } from './deliver.ts';

export interface EmailOptions extends PagerOptions {
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte on, `starttls` or nothing is sent, `none` in the clear. */
  readonly security: 'tls' | 'starttls' | 'none';
  /** The authority that signed the server's certificate, as PEM; null: those that Node knows. */
  readonly ca: string | null;
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly from: string;
  /** For pages that are for everybody, and for people without an address of their own. */
  readonly to: readonly string[];
  /** Addresses by user name. */
  readonly people: Readonly<Record<string, string>>;
  /** Told of recipients that the server refused while it took others. */
  readonly warn: (data: object, text: string) => void;
}

/** Sends each page as a plain-text mail. nodemailer is imported on first use. */
export function createEmail(options: EmailOptions): Pager {
  const { name, minSeverity, login } = options;
  const secrets = login === null ? [] : [login.password];
  let transport: Promise<Transporter> | null = null;
  return {
    name,
    minSeverity,
    page: (page, signal) =>
      deliver(options, secrets, signal, async () => {
        transport ??= openTransport(options);
        await send(await transport, options, page);
      }),
    async close() {
      (await transport)?.close();
    },
  };
}

async function openTransport({ host, port, security, ca, login, timeoutMs }: EmailOptions): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(ca === null ? {} : { tls: { ca } }),
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password } }),
    dnsTimeout: timeoutMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

async function send(transport: Transporter, options: EmailOptions, page: Page): Promise<void> {
  try {
    const sent: unknown = await transport.sendMail(mailOf(options, page));
    const refused = isRecord(sent) && Array.isArray(sent['rejected']) ? sent['rejected'].map(String) : [];
    if (refused.length > 0) options.warn({ pager: options.name, refused }, 'the mail server refused some recipients of a page');
  } catch (error) {
    throw smtpFailure(error);
  }
}

function mailOf({ from, to, people }: EmailOptions, page: Page): SendMailOptions {
  const own = page.person === null ? undefined : people[page.person];
  // Mails of one key make one thread: all refer to a mail that never was.
  const thread = `<${sha256(page.key).slice(0, 32)}@vigie>`;
  return {
    from,
    to: own === undefined ? [...to] : [own],
    subject: `[${page.severity}] ${page.title}`,
    text: page.link === null ? page.text : `${page.text}\n\n${page.link}`,
    references: thread,
    inReplyTo: thread,
    priority: page.severity === 'critical' ? 'high' : 'normal',
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

const DISCONNECTED: ReadonlySet<unknown> = new Set(['ECONNECTION', 'EDNS', 'ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH']);

/** nodemailer's errors carry what the server answered, and at which command. */
function smtpFailure(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const code = 'code' in thrown ? thrown.code : null;
  const originalCode = 'originalCode' in thrown ? thrown.originalCode : null;
  const responseCode = 'responseCode' in thrown ? thrown.responseCode : null;
  if (typeof responseCode === 'number' && responseCode >= 400) return new Refused(responseCode, thrown.message);
  return DISCONNECTED.has(code) || DISCONNECTED.has(originalCode) ? new Disconnected(thrown.message) : thrown;
}
