import { createServer as createHttp, request, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { readFileSync } from 'node:fs';
import { createServer as createSilent } from 'node:net';

/**
 * Registries as one meets them, in a process of their own inside the lab's network: `node odd-registries.ts REGISTRY CERTIFICATE KEY`.
 * Each stands before the lab's own registry, or in its way.
 */
const [upstream = '', certificate = '', key = ''] = process.argv.slice(2);
const HOST = '10.77.0.254';
/** Outside of what the lab's daemons take without a certificate. */
const STRICT_HOST = '10.78.0.254';

const pass: RequestListener = (asked, answer) => {
  const [host, port] = upstream.split(':');
  const onward = request({ host, port, path: asked.url, method: asked.method, headers: { ...asked.headers, host: upstream } }, (given) => {
    answer.writeHead(given.statusCode ?? 502, given.headers);
    given.pipe(answer);
  });
  asked.pipe(onward);
};

const refuse = (status: number, code: string, message: string) => (_asked: IncomingMessage, answer: ServerResponse) => {
  answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ code, message }] }));
};

/** As Docker Hub and GitLab do: a token of another address, for those who name themselves there. */
const withToken =
  (port: number): RequestListener =>
  (asked, answer) => {
    const { authorization = '' } = asked.headers;
    if (asked.url?.startsWith('/token') === true) {
      const known = authorization === `Basic ${Buffer.from('vigie:lookout').toString('base64')}`;
      if (!known) return refuse(401, 'UNAUTHORIZED', 'incorrect username or password')(asked, answer);
      answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token: 'lab-token', expires_in: 300 }));
      return;
    }
    if (authorization === 'Bearer lab-token') return pass(asked, answer);
    const realm = `Bearer realm="http://${HOST}:${port}/token",service="lab",scope="repository:x:pull"`;
    answer.setHeader('www-authenticate', realm);
    refuse(401, 'UNAUTHORIZED', 'authentication required')(asked, answer);
  };

createHttp(refuse(429, 'TOOMANYREQUESTS', 'You have reached your pull rate limit')).listen(5401, HOST);
createSilent(() => undefined).listen(5402, HOST);
createHttp(refuse(503, 'UNAVAILABLE', 'down for maintenance')).listen(5403, HOST);
createHttp(withToken(5404)).listen(5404, HOST);
createHttp(withToken(5405)).listen(5405, HOST);

/** Good until it is told to be silent. */
let silent = false;
process.on('SIGUSR1', () => (silent = true));
createHttp((asked, answer) => {
  if (!silent) pass(asked, answer);
}).listen(5406, HOST);
createHttps({ cert: readFileSync(certificate), key: readFileSync(key) }, pass).listen(5443, STRICT_HOST, () => console.log('ready'));
