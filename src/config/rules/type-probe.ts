import { z } from 'zod';
import { toJsonObject } from '#kernel/json.ts';
import { period, words } from './kinds.ts';
import { typeForm, type Remark } from './type-form.ts';

const CHECKS = ['ping', 'tcp', 'http', 'tls', 'dns', 'docker', 'proxmox'] as const;
type Check = (typeof CHECKS)[number];

/** How a target of each kind is written, and what to say when it isn't. */
const TARGETS: Readonly<Record<Check, readonly [RegExp, string]>> = {
  ping: [/^[^\s:/]+$|^[0-9a-f:]+$/u, 'a host, such as pica01.picasoft.net'],
  tcp: [/^(?:\[[0-9a-f:]+\]|[^\s:/]+):\d{1,5}$/u, 'host:port, such as pica01.picasoft.net:22'],
  http: [/^https?:\/\/\S+$/u, 'an address, such as https://team.picasoft.net'],
  tls: [/^(?:\[[0-9a-f:]+\]|[^\s:/]+):\d{1,5}$/u, 'host:port, such as team.picasoft.net:443'],
  dns: [/^[^\s:/]+$/u, 'a name, such as team.picasoft.net'],
  docker: [/^\S+$/u, 'the name of a node'],
  proxmox: [/^\S+$/u, 'the name of a node'],
};

const STATUS = z.int().min(100).max(599);

const keys = z.object({
  check: z.enum(CHECKS).describe('What is asked of the outside'),
  targets: z
    .array(words)
    .min(1)
    .describe('A host, host:port, an address or a name, as the check wants it; each is a key of its own: target'),
  timeout: period.default(5_000).describe('How long one try may take'),
  failures: z.int().min(1).default(2).describe('It counts after so many tries in a row that failed'),
  status: z
    .union([STATUS, z.array(STATUS).min(1)], { error: 'must be a status, such as 200, or a list of them' })
    .optional()
    .describe('http: what the status must be; anything below 400 if not given'),
  contains: words.optional().describe('http: what the answer must contain'),
  addresses: z.array(words).min(1).optional().describe('dns: the addresses that the name must have, and no others'),
  certificate_days: z.int().min(0).optional().describe('tls: how many days the certificate must still be good for'),
});
type ProbeKeys = z.output<typeof keys>;

/** Which check each expectation belongs to. */
const EXPECTATIONS = { status: 'http', contains: 'http', addresses: 'dns', certificate_days: 'tls' } as const satisfies Partial<
  Record<keyof ProbeKeys, Check>
>;

function remarks(written: ProbeKeys): readonly Remark[] {
  const [form, example] = TARGETS[written.check];
  const targets = written.targets.flatMap((target, index) =>
    form.test(target) ? [] : [{ path: ['targets', index], message: `must be ${example}` }],
  );
  const expectations = Object.entries(EXPECTATIONS).flatMap(([key, check]) =>
    Object.hasOwn(written, key) && check !== written.check ? [{ path: [key], message: `is only for check: ${check}` }] : [],
  );
  return [...targets, ...expectations];
}

export const PROBE_FORM = typeForm(
  'probe',
  keys,
  (written) => ({
    type: 'probe',
    check: {
      kind: written.check,
      targets: written.targets,
      timeoutMs: written.timeout,
      failures: written.failures,
      expect: toJsonObject({
        status: written.status === undefined ? undefined : [written.status].flat(),
        contains: written.contains,
        addresses: written.addresses,
        days: written.certificate_days,
      }),
    },
  }),
  remarks,
);
