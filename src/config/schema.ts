import { z } from 'zod';
import { RISKS } from '#domain/operation/states.ts';
import { ABSOLUTE, baseUrl, CHANNEL, duration, GROUP, NAME, REGISTRY, REPOSITORY, secret, timezone, token, USER } from './kinds.ts';
import { addresses } from './addresses.ts';
import { alerts } from './alerts.ts';
import { backups } from './backups.ts';
import { databases } from './databases.ts';
import { dockerAddress, swarmNodes } from './docker.ts';
import { gluster } from './gluster.ts';
import { heartbeat } from './heartbeat.ts';
import { elasticsearch } from './elasticsearch.ts';
import { machines } from './machines.ts';
import { metrics } from './metrics.ts';
import { hosts } from './hosts.ts';
import { freshWithin, jobs, jobsSummary } from './jobs.ts';
import { names } from './names.ts';
import { oncall } from './oncall.ts';
import { pagers } from './pagers.ts';
import { proxmox } from './proxmox.ts';
import { traefik } from './routes.ts';
import { SOCKET_PATH } from './socket-path.ts';

const RISK = z.enum(RISKS);

const mattermost = z.strictObject({
  url: baseUrl.describe("Mattermost's address"),
  token: token("The bot's access token", 'of an access token'),
  operations_channel: CHANNEL.default('ops').describe('The channel, as team/channel, where vigie says what has no other place'),
  announce: CHANNEL.optional().describe('The channel, as team/channel, where the people of the house are told of maintenance'),
  languages: z
    .record(CHANNEL, z.enum(['en', 'fr']))
    .default({})
    .describe('Language of single channels, by name'),
  command: z
    .string()
    .regex(/^[a-z0-9._-]+$/u, 'must be a word of small letters, without the slash')
    .default('ops')
    .describe('The main slash command, without the slash'),
});

const http = z.strictObject({
  listen: z
    .string()
    .regex(/^(?:\[[0-9a-f:]+\]|[^:\s]+):\d{1,5}$/u, 'must be host:port, such as 127.0.0.1:8080')
    .default('127.0.0.1:8080')
    .describe('Where health, metrics and callbacks are served'),
  url: baseUrl.optional().describe('How Mattermost reaches vigie; without it there are no slash commands and no buttons'),
  slash_tokens: z
    .array(token('Token of one slash command', 'that Mattermost shows with a slash command'))
    .default([])
    .describe('Tokens of slash commands besides those that `vigie setup` leaves in the state'),
});

/** Longer paths don't fit into the address of a Unix socket. */
const SOCKET_PATH_MAX = 107;

const socket = z.strictObject({
  path: ABSOLUTE.max(SOCKET_PATH_MAX, `must be at most ${SOCKET_PATH_MAX} characters long: no Unix socket's path is longer`)
    .default(SOCKET_PATH)
    .describe('Where `vigie do` finds the running vigie'),
  accounts: z.record(NAME, USER).default({}).describe("Operating-system account: the person's Mattermost user name"),
  offline_for: duration.default('24h').describe('For how long the roles last known serve `vigie do` while Mattermost is away, such as 24h'),
});

const role = z.strictObject({
  users: z.array(USER).default([]).describe('Mattermost user names'),
  groups: z.array(GROUP).default([]).describe('Names of Mattermost groups that are synchronised from a directory'),
  channels: z.array(CHANNEL).default([]).describe('Private channels, as team/channel: their members have the role'),
  may: z.array(RISK).describe('What its people may ask for'),
  approves: z.array(RISK).default([]).describe('What its people may approve'),
});

const policyRule = z.strictObject({
  match: z
    .strictObject({
      action: NAME.optional().describe('Name of an action, such as deploy'),
      target: NAME.optional().describe('What the action is done to, such as a service'),
      environment: NAME.optional().describe('The environment of the service, from `services`'),
      risk: RISK.optional().describe('The risk that the action has by itself'),
    })
    .describe('Where the rule holds; * stands for any run of letters'),
  set: z
    .strictObject({
      risk: RISK.optional().describe('The risk that it has instead'),
      approvers: z.int().min(0).max(9).optional().describe('How many people have to agree'),
      roles: z.array(NAME).min(1).optional().describe('Who may ask, instead of those whose role may'),
      settled: duration
        .optional()
        .describe('How long an approver must have had the role, such as 24h: a channel may be joined in a minute'),
      approved_by: z.array(NAME).min(1).optional().describe('Who may approve, instead of those whose role approves'),
    })
    .describe('What it changes'),
});

const swarm = z.strictObject({
  ...dockerAddress('A Swarm manager: unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host'),
  nodes: swarmNodes.describe('Docker on the other nodes, by their host names: what runs there is reached through it, such as databases'),
  registries: z
    .record(
      REGISTRY,
      z.strictObject({
        username: NAME.describe('Account at the registry'),
        password: secret('Its password, or a token that may pull'),
      }),
    )
    .default({})
    .describe('Credentials by registry host'),
  timeout: duration.default('10s').describe('How long one request may take, such as 10s'),
});

const service = z.strictObject({
  environment: NAME.optional().describe('What `policy` may match, such as production'),
  repositories: z.array(REPOSITORY).default([]).describe('Where its image may come from; empty: the repository that it runs now'),
  database: z.boolean().default(false).describe('Two servers on one data directory destroy it: one replica, never start-first'),
  self: z.boolean().default(false).describe('vigie itself'),
  stack_file: NAME.optional().describe('Where the compose file of its stack is kept'),
  most: z.int().min(1).max(9_999).default(10).describe('More tasks of it than this need a second person'),
  settle: duration
    .default('5m')
    .describe('How long one task may take beside its health check, and all of them once Docker is done, such as 5m'),
});

/** The whole of vigie.yaml. Every key says what it is for: editors show it. */
export const configSchema = z.strictObject({
  language: z.enum(['en', 'fr']).default('fr').describe('Language of what vigie says'),
  timezone: timezone.default('Europe/Paris').describe('Zone of the times that vigie shows'),
  state: ABSOLUTE.default('/var/lib/vigie').describe("Folder of the store, on this machine's own disk"),
  log_level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('How much is logged'),
  mattermost: mattermost.describe('The chat server'),
  http: http.prefault({}).describe('What vigie serves'),
  socket: socket.prefault({}).describe("The command line on vigie's machine"),
  roles: z
    .record(NAME, role)
    .refine((roles) => Object.keys(roles).length > 0, 'names no role: nobody could do anything')
    .describe('Who may do what'),
  policy: z.array(policyRule).default([]).describe('Exceptions; later ones win'),
  swarm: swarm.optional().describe('The Docker Swarm'),
  services: z.record(NAME, service).default({}).describe('What vigie should know of single services'),
  alerts: alerts.prefault({}).describe('What is watched, and how it is told'),
  elasticsearch: elasticsearch.describe('Elasticsearch clusters, by the names that rules use'),
  metrics: metrics.describe('Metrics of your own, by the names that people type after `metrics`'),
  addresses: addresses.describe('Addresses, where they belong and what they are for'),
  gluster: gluster.optional().describe('GlusterFS: volumes over several machines'),
  hosts: hosts.describe('Machines whose disks vigie may look at and clean, by name'),
  machines: machines.describe('Machines whose power and console vigie reaches while they are off, by name'),
  traefik: traefik.optional().describe('What routes requests to services: Traefik'),
  names: names.prefault({}).describe('Public names, as DNS should have them'),
  proxmox: proxmox.optional().describe('Hypervisors: a Proxmox cluster, or one machine'),
  backups: backups.optional().describe('Where backups of databases are kept, and how long'),
  jobs: jobs.describe('What vigie does by itself, on schedule'),
  jobs_summary: jobsSummary.describe('When the summary of the jobs is said, once a day'),
  fresh_within: freshWithin.prefault({}).describe('How old the newest good backup may be before it is an alert'),
  databases: databases.describe('Databases that vigie may dump and restore, by the names that people type'),
  oncall: oncall.optional().describe('Who is woken'),
  pagers: pagers.describe('Ways to reach people outside the chat, by name'),
  heartbeat: heartbeat.optional().describe('Tells an outside service that vigie lives'),
});

export type Config = z.output<typeof configSchema>;
/** What a service has that the configuration doesn't name. */
export const SERVICE_DEFAULTS = service.parse({});
