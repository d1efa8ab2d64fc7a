import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import ssh2, { type Server, type ServerChannel } from 'ssh2';
import { fingerprintOf } from '#adapters/ssh/host-key.ts';
import type { SshOptions } from '#adapters/ssh/session.ts';

/** What a command does, whose words are in `command`. */
export type Program = (channel: ServerChannel, command: string) => void;

export interface LabSsh {
  readonly options: SshOptions;
  /** Ends all connections, as a machine that dies does. */
  die(): void;
  stop(): Promise<void>;
}

/** Where a name and port lead as seen from the lab's machine: a port of loopback, or nowhere. */
export type Forward = (host: string, port: number) => number | null;

/** An SSH server on loopback that lets one key in, runs `program` for each command, and opens ports where `forward` says that they lead. */
export async function startSsh(program: Program, forward: Forward = () => null): Promise<LabSsh> {
  const [host, user] = [freshKey(), freshKey()];
  const connections = new Set<{ end(): void }>();
  const server: Server = new ssh2.Server({ hostKeys: [host] }, (connection) => {
    connections.add(connection);
    connection.on('error', () => undefined);
    connection.on('authentication', (attempt) => (attempt.method === 'publickey' ? attempt.accept() : attempt.reject(['publickey'])));
    connection.on('session', (accept) => {
      accept().on('exec', (open, _reject, { command }) => program(open(), command));
    });
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      const port = forward(destIP, destPort);
      if (port === null) return reject();
      const socket = connect(port, '127.0.0.1');
      const channel = accept();
      socket.on('error', () => channel.end());
      channel.on('error', () => socket.destroy());
      socket.pipe(channel).pipe(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const key = ssh2.utils.parseKey(host);
  if (key instanceof Error) throw key;
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    options: { host: '127.0.0.1', port, user: 'lab', privateKey: user, hostKey: fingerprintOf(key.getPublicSSH()) },
    die: () => connections.forEach((connection) => connection.end()),
    async stop() {
      connections.forEach((connection) => connection.end());
      server.close();
      await once(server, 'close');
    },
  };
}

/** Node's own, in a form that ssh2 reads: one of some hundred that ssh2 makes itself can't be read again. */
function freshKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return String(privateKey.export({ type: 'sec1', format: 'pem' }));
}
