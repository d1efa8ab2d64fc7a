import { z } from 'zod';
import { SEVERITIES } from '#domain/alert/rule.ts';
import { baseUrl, duration, NAME, pem, secret, USER } from './kinds.ts';

const MAIL = z.string().regex(/^[^\s@<>]+@[^\s@<>]+$/u, 'must be a mail address such as ops@example.org');
/** Source: https://docs.ntfy.sh/publish/ */
const TOPIC = z.string().regex(/^[-_A-Za-z0-9]{1,64}$/u, 'must be a topic of at most 64 letters, digits, - and _');
const HEADER = z.string().regex(/^[A-Za-z0-9-]+$/u, 'must be the name of a header, such as X-Api-Key');

const common = {
  min_severity: z.enum(SEVERITIES).default('critical').describe('What is less severe is not sent this way'),
  timeout: duration.default('10s').describe('How long one try may take, such as 10s'),
};

const webhook = z.strictObject({
  type: z.literal('webhook'),
  url: z
    .string()
    .regex(/^https?:\/\/[^\s/]+\S*$/u, 'must be an address such as https://example.org/hook')
    .describe('Where each page is posted as JSON: source, key, severity, title, text, link, person'),
  token: secret('Sent as Authorization: Bearer').optional(),
  headers: z.record(HEADER, NAME).default({}).describe('More headers, such as X-Api-Key; write a reference for what is secret'),
  ...common,
});

const ntfy = z.strictObject({
  type: z.literal('ntfy'),
  url: baseUrl.default('https://ntfy.sh').describe('The ntfy server'),
  topic: TOPIC.describe('Where to publish; on a public server its name is all that protects it: make it long, and a reference'),
  token: secret('Access token, for a topic that asks for one').optional(),
  people: z.record(USER, TOPIC).default({}).describe('Topics of single people, by user name: pages that are meant for them go there'),
  ...common,
});

const email = z.strictObject({
  type: z.literal('email'),
  host: NAME.describe('The mail server. Better one that does not run on the cluster that vigie watches'),
  port: z.int().min(1).max(65_535).optional().describe('465 for tls, 587 for starttls, 25 for none, if not given'),
  security: z
    .enum(['tls', 'starttls', 'none'])
    .default('tls')
    .describe('tls: from the first byte on; starttls: or nothing is sent; none: for a server on this machine'),
  ca: pem('CERTIFICATE').optional().describe("The authority that signed the server's certificate, as PEM, if no public one did"),
  user: NAME.optional().describe('Account at the server'),
  password: secret('Its password').optional(),
  from: MAIL.describe('Sender'),
  to: z.array(MAIL).min(1).describe('Who gets the pages that are for everybody, or for somebody without an address here'),
  people: z.record(USER, MAIL).default({}).describe('Addresses by user name: pages that are meant for them go there'),
  ...common,
});

/** The ways out of the chat, by the names that alerts use. */
export const pagers = z.record(NAME, z.discriminatedUnion('type', [webhook, ntfy, email])).default({});
