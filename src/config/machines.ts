import { z } from 'zod';
import { duration, NAME, secret, sshAccess } from './kinds.ts';

const PLACE = z.string().regex(/^(?:\[[0-9a-f:]+\]|[^/:\s@]+):\d{1,5}$/u, 'must be host:port, such as 10.0.0.21:16992');

/** AMT takes 8 to 32 letters of ASCII, without those that its digest can't hold. */
const passwordForm = NAME.refine(
  (text) => /^[!#-+\--9;-~]{8,32}$/u.test(text),
  'must lead to 8 to 32 ASCII letters without : , " and blanks',
);
/** AMT refuses any other one. */
const vncForm = NAME.refine(
  (text) => text.length === 8 && [/[a-z]/u, /[A-Z]/u, /\d/u, /[^A-Za-z0-9]/u].every((form) => form.test(text)),
  'must lead to exactly 8 letters: a small one, a capital, a digit and another sign',
);

const amt = z.strictObject({
  ssh: sshAccess('user@host: the account on the bounce that may open these ports, and needs no shell').describe(
    'The bounce that reaches AMT; machines with the same one share a connection',
  ),
  web: PLACE.describe('AMT’s web service as the bounce reaches it: 10.0.0.21:16992'),
  vnc: PLACE.optional().describe('AMT’s console as the bounce reaches it: 10.0.0.21:5900'),
  user: NAME.default('admin').describe('AMT’s account'),
  password: secret('AMT’s password', passwordForm),
  vnc_password: secret('The password of its console', vncForm).optional(),
  timeout: duration.default('15s').describe('How long one question to AMT may take, such as 15s'),
});

const FINGERPRINT = z
  .string()
  .regex(/^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){31}$/u, 'must be the SHA-256 fingerprint of a certificate, AB:CD:… of 32 pairs');

const redfish = z.strictObject({
  ssh: sshAccess('user@host: the account on the bounce that may open this port, and needs no shell')
    .optional()
    .describe('The bounce that reaches the controller; if not given, vigie reaches it by itself'),
  web: PLACE.describe('The controller’s HTTPS as the bounce, or vigie, reaches it: 10.0.0.31:443'),
  fingerprint: FINGERPRINT.describe('SHA-256 of the controller’s certificate, the only one that is accepted'),
  user: NAME.describe('The controller’s account'),
  password: secret('Its password'),
  system: NAME.optional().describe('Which system, where the controller has several: System.Embedded.1'),
  timeout: duration.default('15s').describe('How long one question to the controller may take, such as 15s'),
});

const machine = z.strictObject({
  amt: amt.optional().describe('Intel AMT, which answers while the machine is off'),
  redfish: redfish
    .optional()
    .describe('The controller of a server that speaks Redfish (iDRAC, iLO, XClarity, OpenBMC), in the place of AMT'),
  host: NAME.optional().describe('What `hosts` calls it, where it is reached once it runs; if not given, its own name if it is there'),
  node: NAME.optional().describe('What Proxmox calls it; if not given, its own name if `proxmox.hosts` has it'),
  address: NAME.optional().describe('Where it is pinged; if not given, where `hosts` reaches it'),
  seen_from: z
    .array(NAME)
    .default([])
    .describe('Machines of `hosts` that ping it, too, before `failover` takes it for dead: what vigie alone does not reach may be well'),
});

/** `machines:` of vigie.yaml. */
export const machines = z
  .record(NAME.regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u, 'must be a name of letters, digits, dots and -'), machine)
  .default({});
