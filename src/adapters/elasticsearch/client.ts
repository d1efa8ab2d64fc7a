import { Client, HttpConnection, Transport } from '@elastic/elasticsearch';
import { agentFor, type SearchAddress } from './address.ts';

type TransportOptions = ConstructorParameters<typeof Transport>[0];

/**
 * Plain media types: with its own ones, client 9 is refused by an 8.x server for every request that has a body, while `info`
 * works. With these it gets along with 7.17, 8.x and 9.x.
 */
class PlainJson extends Transport {
  constructor(options: TransportOptions) {
    super({
      ...options,
      vendoredHeaders: { jsonContentType: 'application/json', ndjsonContentType: 'application/x-ndjson', accept: 'application/json' },
    });
  }
}

export interface Connection {
  readonly transport: Transport;
  /** Ends what is under way. */
  close(): void;
}

/**
 * The official client without what it does of its own accord: no retries, no telemetry. Requests are zipped both ways. Its own
 * `close` isn't used: it waits for ever for a request that was answered by something that isn't HTTP.
 */
export function connect(address: SearchAddress, timeoutMs: number): Connection {
  const agent = agentFor(address, timeoutMs);
  const { transport } = new Client({
    nodes: address.urls.map((url) => ({ url: new URL(url) })),
    agent: () => agent,
    ...(address.auth === null ? {} : { auth: address.auth }),
    Connection: HttpConnection,
    Transport: PlainJson,
    maxRetries: 0,
    compression: true,
    enableMetaHeader: false,
    headers: { 'user-agent': 'vigie', 'accept-encoding': 'gzip' },
  });
  return { transport, close: () => agent.destroy() };
}
