import { z } from 'zod';
import { toJsonObject } from '#kernel/json.ts';
import { parseProbeTarget } from '#domain/alert/probe-target.ts';
import { period, words } from './kinds.ts';
import { typeForm, type Remark } from './type-form.ts';

const CHECKS = ['ping', 'tcp', 'http', 'tls', 'dns', 'docker', 'proxmox', 'gluster', 'raid', 'smart', 'addresses', 'names'] as const;
type Check = (typeof CHECKS)[number];

/** How a target of each kind is written. */
const TARGETS: Readonly<Record<Check, string>> = {
  ping: 'a host, such as pica01.picasoft.net',
  tcp: 'host:port, such as pica01.picasoft.net:22',
  http: 'an address, such as https://team.picasoft.net',
  tls: 'a host, or host:port, such as team.picasoft.net:443',
  dns: 'a name, such as team.picasoft.net',
  docker: 'the name of a node, or "*" for all of them',
  proxmox: 'node/NAME, guest/NAME, or "*" for all nodes',
  gluster: 'bricks/VOLUME, heals/VOLUME, split-brain/VOLUME, mounts/VOLUME or space/VOLUME, with "*" for all volumes',
  raid: 'degraded/HOST, rebuilding/HOST or inconsistent/HOST, with "*" for all machines',
  smart: 'failing/HOST, worn/HOST or hot/HOST, with "*" for all machines',
  addresses: 'held/ADDRESS, or held/* for any of them',
  names: 'machines/NAME, certificates/NAME or certificates/20d/NAME, with "*" for all public names',
};

const STATUS = z.int().min(100).max(599);
const ADDRESS = z.union([z.ipv4(), z.ipv6()], { error: 'must be an address, such as 192.0.2.1' });

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
  redirects: z.int().min(0).max(10).optional().describe('http: how many redirects are followed; 5 if not given'),
  certificate_days: z.int().min(0).optional().describe('tls: how many days the certificate must still be good for'),
  server_name: words.optional().describe("tls: the name to ask for, if it is not the target's"),
  addresses: z.array(ADDRESS).min(1).optional().describe('dns: the addresses that the name must have, and no others'),
  name_server: words.optional().describe("dns: the server to ask, address or address:port; the system's if not given"),
});
type ProbeKeys = z.output<typeof keys>;

/** Which check each expectation belongs to. */
const EXPECTATIONS = {
  status: 'http',
  contains: 'http',
  redirects: 'http',
  certificate_days: 'tls',
  server_name: 'tls',
  addresses: 'dns',
  name_server: 'dns',
} as const satisfies Partial<Record<keyof ProbeKeys, Check>>;

function remarks(written: ProbeKeys): readonly Remark[] {
  const targets = written.targets.flatMap((target, index) =>
    parseProbeTarget(written.check, target) === null ? [{ path: ['targets', index], message: `must be ${TARGETS[written.check]}` }] : [],
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
        body: written.contains,
        redirects: written.redirects,
        days: written.certificate_days,
        servername: written.server_name,
        addresses: written.addresses,
        server: written.name_server,
      }),
    },
  }),
  remarks,
);
