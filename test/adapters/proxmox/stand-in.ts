import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Certificate, makeCertificate } from '#test/lab/tls/certificates.ts';

/** A request as it arrived. */
export interface Asked {
  /** `POST /nodes/alice/vzdump`, decoded, without the query. */
  readonly call: string;
  readonly params: Readonly<Record<string, string>>;
  readonly token: string;
}

/** What is answered: data, or a status with Proxmox's words in the status line, or whatever a function does. */
export type Reaction =
  | { readonly data: unknown }
  | { readonly status: number; readonly words: string; readonly body?: unknown }
  | ((response: ServerResponse, asked: Asked) => void);

export interface StandIn {
  readonly url: string;
  readonly fingerprint: string;
  readonly asked: Asked[];
  /** Calls as they were made, in order. */
  readonly calls: readonly string[];
  /** By call; what isn't there is answered as two healthy nodes would. */
  readonly reactions: Map<string, Reaction>;
  /** Shows another certificate from now on. */
  show(certificate: Certificate): void;
  stop(): Promise<void>;
}

export const TOKEN = 'vigie@pve!ops=12345678-1234-1234-1234-123456789abc';
export const upid = (kind: string, id: string | number = 101, node = 'alice', start = 0x6a000000): string =>
  `UPID:${node}:00001234:0000ABCD:${start.toString(16).toUpperCase()}:${kind}:${id}:vigie@pve!ops:`;

export const fingerprintOf = ({ cert }: Certificate): string => new X509Certificate(cert).fingerprint256;

/** Proxmox over HTTPS on loopback, in whatever state a test needs. */
export async function startStandIn(certificate: Certificate = makeCertificate({ names: ['127.0.0.1'] })): Promise<StandIn> {
  const asked: Asked[] = [];
  const reactions = new Map<string, Reaction>();
  const sockets = new Set<Socket>();
  const server = createServer(certificate, (request, response) => {
    void receive(request).then((one) => {
      asked.push(one);
      react(response, one, reactions.get(one.call) ?? HEALTHY[one.call] ?? { status: 501, words: `Method '${one.call}' not implemented` });
    });
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `https://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`,
    fingerprint: fingerprintOf(certificate),
    asked,
    get calls() {
      return asked.map(({ call }) => call);
    },
    reactions,
    show(other) {
      server.setSecureContext(other);
      for (const socket of sockets) socket.destroy();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function receive(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? '', 'https://stand.in');
  const form = new URLSearchParams((await buffer(request)).toString());
  return {
    call: `${request.method} ${decodeURIComponent(url.pathname).replace('/api2/json', '')}`,
    params: Object.fromEntries([...url.searchParams, ...form]),
    token: request.headers.authorization ?? '',
  };
}

function react(response: ServerResponse, asked: Asked, reaction: Reaction): void {
  if (typeof reaction === 'function') return reaction(response, asked);
  response.setHeader('content-type', 'application/json;charset=UTF-8');
  if ('data' in reaction) return void response.end(JSON.stringify({ data: reaction.data }));
  response.writeHead(reaction.status, reaction.words);
  response.end(JSON.stringify(reaction.body ?? { data: null }));
}

export const ALL_RIGHTS = {
  '/': Object.fromEntries(
    [
      'VM.Audit',
      'VM.Snapshot',
      'VM.Snapshot.Rollback',
      'VM.Backup',
      'VM.PowerMgmt',
      'VM.Migrate',
      'VM.GuestAgent.Audit',
      'VM.Console',
      'VM.Allocate',
      'VM.Config.Options',
      'VM.Config.Network',
      'SDN.Use',
      'Datastore.Audit',
      'Datastore.AllocateSpace',
      'Sys.Audit',
    ].map((right) => [right, 1]),
  ),
};

const NODE = { maxmem: 34_359_738_368, mem: 8_589_934_592, uptime: 86_400 };
export const STATUS = [
  { type: 'cluster', name: 'picasoft', quorate: 1, nodes: 2, id: 'cluster', version: 2 },
  { type: 'node', name: 'alice', online: 1, nodeid: 1, id: 'node/alice' },
  { type: 'node', name: 'bob', online: 1, nodeid: 2, id: 'node/bob' },
];
const GUEST = { type: 'qemu', status: 'running', maxmem: 8_589_934_592, uptime: 3_600, template: 0 };

/** Two nodes with quorum; pica01 on alice runs, with an agent. */
const HEALTHY: Readonly<Record<string, Reaction>> = {
  'GET /version': { data: { version: '8.2.4', release: '8.2' } },
  'GET /access/permissions': { data: ALL_RIGHTS },
  'GET /cluster/status': { data: STATUS },
  'GET /nodes': {
    data: [
      { node: 'bob', status: 'online', ...NODE },
      { node: 'alice', status: 'online', ...NODE },
    ],
  },
  'GET /cluster/resources': {
    data: [
      { vmid: 102, name: 'pica02', node: 'bob', id: 'qemu/102', ...GUEST },
      { vmid: 101, name: 'pica01', node: 'alice', id: 'qemu/101', ...GUEST },
    ],
  },
  'GET /nodes/alice/qemu/101/status/current': {
    data: { status: 'running', qmpstatus: 'running', uptime: 3_600, vmid: 101, name: 'pica01' },
  },
  'GET /nodes/alice/qemu/101/config': {
    data: {
      digest: 'd1',
      agent: 'enabled=1',
      scsi0: 'local-lvm:vm-101-disk-0,discard=on,size=32G',
      ide2: 'local:iso/debian.iso,media=cdrom,size=600M',
      unused0: 'local-lvm:vm-101-disk-1',
      memory: '8192',
    },
  },
  'GET /nodes/alice/qemu/101/agent/info': { data: { result: { version: '8.2.0' } } },
  'GET /nodes/alice/qemu/101/snapshot': {
    data: [
      { name: 'before', description: 'before the update\n', snaptime: 1_700_000_200, vmstate: 0, parent: 'first' },
      { name: 'first', snaptime: 1_700_000_100 },
      { name: 'current', description: 'You are here!', digest: 'd1', running: 1, parent: 'before' },
    ],
  },
  'GET /storage': {
    data: [
      { storage: 'local', type: 'dir', path: '/var/lib/vz' },
      { storage: 'local-lvm', type: 'lvmthin' },
    ],
  },
  'GET /nodes/alice/storage': {
    data: [
      { storage: 'local', type: 'dir', content: 'iso,backup', total: 200, used: 50, active: 1, shared: 0, enabled: 1 },
      { storage: 'local-lvm', type: 'lvmthin', content: 'images,rootdir', total: 480, used: 100, active: 1, shared: 0 },
    ],
  },
  'GET /nodes/bob/storage': {
    data: [{ storage: 'local', type: 'dir', content: 'iso,backup', total: 200, used: 20, active: 1, shared: 0 }],
  },
  'GET /nodes/alice/storage/local/content': {
    data: [
      {
        volid: 'local:backup/vzdump-qemu-101-2026_11_28-03_00_00.vma.zst',
        ctime: 1_795_834_800,
        size: 7_000,
        vmid: 101,
        notes: 'vigie p7k',
      },
      { volid: 'local:backup/vzdump-qemu-101-2026_11_27-03_00_00.vma.zst', ctime: 1_795_748_400, size: 6_900, protected: 1 },
    ],
  },
  'GET /nodes/bob/storage/local/content': { data: [] },
  'POST /nodes/alice/qemu/101/snapshot': { data: upid('qmsnapshot') },
  'POST /nodes/alice/vzdump': { data: upid('vzdump') },
};
