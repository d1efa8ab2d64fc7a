import { z } from 'zod';
import { NAME, secret } from './kinds.ts';

/** What PostgreSQL and MariaDB take without surprises (MongoDB: without dots); what vigie makes of it must fit into their 63 characters. */
const DATABASE = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,39}$/u, 'must be a name of at most 40 letters, digits, _ . and -');

const PATH = z.string().regex(/^\/[^\s'"\\]+$/u, 'must be the whole path of a file');

const database = z.strictObject({
  engine: z.enum(['postgres', 'mariadb', 'mongodb']).describe('What kind of server it is on; mongodb was never tried on a real server'),
  service: NAME.optional().describe('The Swarm service that the server is'),
  host: NAME.optional().describe('The machine that the server runs on, of `hosts`, in the place of service'),
  database: DATABASE.optional().describe('Its name on the server, where that is another one'),
  used_by: z.array(NAME).default([]).describe('Services that write to it: stopped around the swap of a restore'),
  user: NAME.optional().describe(
    "The server's superuser: unless said otherwise the one that its image was told (POSTGRES_USER, MONGO_INITDB_ROOT_USERNAME), else postgres, or root for the others",
  ),
  password: secret('Its password, where the socket and the environment of the container are not enough').optional(),
  run_as: z.string().regex(/^[a-z_][\w.-]*$/u, 'must be the name of an account').optional().describe('The account that its clients run as, in the container or (by sudo) on the host'), // prettier-ignore
  address: z
    .string()
    .regex(/^[^\s'"\\]+$/u, 'must be a host name or the path of a socket')
    .optional()
    .describe('Where the clients, which run beside the server, find it: a path is its socket (of PostgreSQL: the folder of it)'),
  port: z.int().min(1).max(65_535).optional().describe('Its port, where that is another one'),
  tls: z
    .strictObject({
      ca: PATH.describe('The authority that its certificate is of; address is a name that stands in that'),
      certificate: PATH.optional().describe('What vigie shows of itself, key included, where the server wants that'),
    })
    .optional()
    .describe('For a MongoDB that takes TLS alone: files beside the server, which its clients read'),
});

/** `databases:` of vigie.yaml. */
export const databases = z.record(DATABASE, database).default({});
