import { request as plain } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as secure } from 'node:https';
import { gunzipSync } from 'node:zlib';

/** What an integration answered. */
interface IntegrationAnswer {
  status: number;
  /** `204 No Content` */
  statusLine: string;
  contentType: string;
  body: string;
}

interface IntegrationRequest {
  method: 'GET' | 'POST';
  url: string;
  /** In the order in which Mattermost sends them; Host, User-Agent, Content-Length and Accept-Encoding are added. */
  headers: Record<string, string>;
  body: string;
  timeoutMs: number;
}

/** Go's client gives up after ten. */
const MAX_REDIRECTS = 10;

/**
 * Calls an integration with the very headers of the recordings; a redirection is followed as a GET.
 * @throws Error when there is no answer in time, no connection, or too many redirections.
 */
export async function callIntegration(request: IntegrationRequest, redirects = 0): Promise<IntegrationAnswer> {
  const response = await send(request);
  const location = response.headers.location;
  if (response.statusCode === 302 && location !== undefined) {
    response.resume();
    if (redirects >= MAX_REDIRECTS) throw new Error('stopped after 10 redirects');
    const { 'Content-Type': _type, ...headers } = request.headers;
    return callIntegration({ ...request, method: 'GET', url: new URL(location, request.url).href, headers, body: '' }, redirects + 1);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  const bytes = Buffer.concat(chunks);
  const status = response.statusCode ?? 0;
  return {
    status,
    statusLine: `${status} ${response.statusMessage ?? ''}`.trim(),
    contentType: response.headers['content-type'] ?? '',
    body: (response.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8'),
  };
}

function send({ method, url, headers, body, timeoutMs }: IntegrationRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const make = url.startsWith('https:') ? secure : plain;
  const outgoing = make(url, {
    method,
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      Host: new URL(url).host,
      'User-Agent': 'Mattermost-Bot/1.1',
      ...(method === 'POST' && { 'Content-Length': String(Buffer.byteLength(body)) }),
      ...headers,
      'Accept-Encoding': 'gzip',
    },
  });
  outgoing.removeHeader('Connection');
  outgoing.once('response', resolve).once('error', reject);
  outgoing.end(body);
  return promise;
}
