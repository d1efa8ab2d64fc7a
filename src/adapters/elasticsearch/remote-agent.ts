import { Agent as HttpAgent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from 'node:https';
import { type Duplex, PassThrough } from 'node:stream';
import { connect, type ConnectionOptions } from 'node:tls';
import { VigieError } from '#kernel/errors.ts';
import type { Remote } from '#ports/remote.ts';

type Created = (error: Error | null, stream: Duplex) => void;

/** HTTP over streams that another machine opens. */
export class RemoteHttpAgent extends HttpAgent {
  readonly #remote: Remote;
  readonly #timeoutMs: number;

  constructor(remote: Remote, timeoutMs: number, options: AgentOptions) {
    super(options);
    this.#remote = remote;
    this.#timeoutMs = timeoutMs;
  }

  override createConnection(options: ClientRequestArgs, created: Created): null {
    return handOver(openPort(this.#remote, options, this.#timeoutMs), created);
  }
}

/** The same under TLS: between this machine and the cluster, the machine between sees nothing. */
export class RemoteHttpsAgent extends HttpsAgent {
  readonly #remote: Remote;
  readonly #timeoutMs: number;

  constructor(remote: Remote, timeoutMs: number, options: HttpsAgentOptions) {
    super(options);
    this.#remote = remote;
    this.#timeoutMs = timeoutMs;
  }

  override createConnection(options: ClientRequestArgs & ConnectionOptions, created: Created): null {
    const opening = openPort(this.#remote, options, this.#timeoutMs).then((stream) => secured(stream, options));
    return handOver(opening, created);
  }
}

function handOver(opening: Promise<Duplex>, created: Created): null {
  opening.then(
    (stream) => created(null, stream),
    // Node's own type wants a stream beside an error; it doesn't look at it.
    (error: Error) => created(inWords(error), new PassThrough().destroy()),
  );
  return null;
}

function openPort(remote: Remote, { host, port }: ClientRequestArgs, timeoutMs: number): Promise<Duplex> {
  return remote.openPort(bareHost(host ?? 'localhost'), Number(port), AbortSignal.timeout(timeoutMs));
}

/**
 * The certificate must be for the host that the configuration names. TLS on a stream that is there already doesn't know where it leads: without
 * being told, Node would take any certificate for `localhost` instead, which whoever sits on the machine between can have.
 */
function secured(stream: Duplex, { host, ca, servername }: ConnectionOptions): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const socket = connect({
    socket: stream,
    host: bareHost(host ?? 'localhost'),
    ...(ca === undefined ? {} : { ca }),
    // An address is no name to ask for; it is in the certificate all the same.
    ...(servername === undefined || servername === '' ? {} : { servername }),
  });
  socket.once('secureConnect', () => resolve(socket));
  socket.once('error', (error) => {
    stream.destroy();
    reject(error);
  });
  return promise;
}

/** An IPv6 address stands in brackets in a URL, and without them in a certificate. */
function bareHost(host: string): string {
  return host.replace(/^\[|\]$/gu, '');
}

/** The client keeps nothing of an error but its message. */
function inWords(error: Error): Error {
  if (!(error instanceof VigieError)) return error;
  const { host, reason, expected, got } = error.params;
  if (error.code === 'ssh_host_key') return new Error(`SSH to ${String(host)}: its key is ${String(got)}, not ${String(expected)}`);
  return new Error(`SSH to ${String(host)}: ${String(reason)}`);
}
