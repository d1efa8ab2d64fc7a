import { HttpConnection, Transport, WeightedConnectionPool } from '@elastic/transport';
import { agentFor, type SearchAddress } from './address.ts';

/**
 * Plain media types: with its own ones, client 9 is refused by an 8.x server for every request that has a body, while `info`
 * works. With these it gets along with 7.17, 8.x and 9.x.
 */
const PLAIN_JSON = { jsonContentType: 'application/json', ndjsonContentType: 'application/x-ndjson', accept: 'application/json' };

export interface Connection {
  readonly transport: Transport;
  /** Ends what is under way. */
  close(): void;
}

/**
 * The official client's transport without what it does of its own accord: no retries, no telemetry. The client around it has a function for each
 * of Elasticsearch's requests, which vigie writes itself: 10 MB. Requests are zipped both ways. The pool's own `empty` isn't used: it waits
 * for ever for a request that was answered by something that isn't HTTP.
 */
export function connect(address: SearchAddress, timeoutMs: number): Connection {
  const agent = agentFor(address, timeoutMs);
  const auth = address.auth === null ? {} : { auth: address.auth };
  const connectionPool = new WeightedConnectionPool({ Connection: HttpConnection, agent: () => agent, ...auth });
  connectionPool.addConnection(address.urls.map((url) => ({ url: new URL(url), agent: () => agent, ...auth })));
  const transport = new Transport({
    connectionPool,
    maxRetries: 0,
    compression: true,
    enableMetaHeader: false,
    productCheck: 'Elasticsearch',
    vendoredHeaders: PLAIN_JSON,
    headers: { 'user-agent': 'vigie', 'accept-encoding': 'gzip' },
  });
  return { transport, close: () => agent.destroy() };
}
