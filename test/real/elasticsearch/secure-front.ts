import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { makeCertificates } from '#test/real/certificates.ts';

/** Elasticsearch as its own security would have it, which the test server lacks: behind TLS, for those who say who they are. */
export interface SecureFront {
  /** `https://localhost:…` */
  readonly url: string;
  readonly ca: string;
  readonly otherAuthority: string;
  readonly apiKey: string;
  readonly username: string;
  readonly password: string;
  stop(): Promise<void>;
}

const API_KEY = 'dmlnaWU6c2VjcmV0';
const [USERNAME, PASSWORD] = ['vigie', 'lookout: é'];
const ACCEPTED = [`ApiKey ${API_KEY}`, `Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`];
/** What a real one answers. */
const DENIED = JSON.stringify({
  error: {
    root_cause: [{ type: 'security_exception', reason: 'unable to authenticate' }],
    type: 'security_exception',
    reason: 'unable to authenticate',
  },
  status: 401,
});

export async function startSecureFront(behind: string): Promise<SecureFront> {
  const { ca, otherAuthority, server: own } = await makeCertificates();
  const sockets = new Set<Socket>();
  const server = createServer(own, (arrived, response) => {
    if (!ACCEPTED.includes(arrived.headers.authorization ?? '')) {
      response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'ApiKey' }).end(DENIED);
      return;
    }
    const onward = request(behind + (arrived.url ?? ''), { method: arrived.method, headers: arrived.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    arrived.pipe(onward);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `https://localhost:${typeof address === 'object' ? (address?.port ?? 0) : 0}`,
    ca,
    otherAuthority,
    apiKey: API_KEY,
    username: USERNAME,
    password: PASSWORD,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
