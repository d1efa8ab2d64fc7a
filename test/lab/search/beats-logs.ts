import type { JsonObject } from '#kernel/json.ts';
import { commonFields, membersOf, type Moment } from './beats-common.ts';

const SERVICES = ['web', 'pad', 'chat', 'mail', 'cloud', 'wiki'] as const;
const PATHS = ['/', '/login', '/api/items', '/api/users/42', '/static/app.js', '/p/notes'] as const;
const WARNINGS = ['slow query took 1843 ms', 'certificate expires in 12 days', 'retrying after a timeout', 'queue is 80 % full'] as const;
const ERRORS = [
  'connection refused by database',
  'upstream timed out',
  'out of memory in worker',
  'no space left on device',
  'permission denied: /var/lib/data',
] as const;

/** A line of a service's own log, or, six times in ten, of the web server before it. */
export function logDocument(moment: Moment): JsonObject {
  const { chance, hosts, time, progress } = moment;
  const service = chance.pick(SERVICES);
  const failing = progress > 0.9 && service === 'pad';
  const host = hosts[Math.floor(chance.next() * hosts.length)] ?? '';
  const access = chance.next() < 0.6;
  const name = `${service}_${access ? 'proxy' : 'app'}_1`;
  const common = commonFields(time, host, 'filebeat', access ? 'nginx.access' : `${service}.log`);
  return {
    ...common,
    service: { name: service },
    docker: { container: { name } },
    container: { name, runtime: 'docker' },
    input: { type: 'container' },
    ...(access ? accessLine(moment, common, failing) : serviceLine(moment, service, failing)),
  };
}

function accessLine({ chance }: Moment, common: JsonObject, failing: boolean): JsonObject {
  const status = statusOf(
    chance.next(),
    failing ? 0.3 : 0.01,
    () => chance.pick([500, 502, 503]),
    () => chance.pick([401, 403, 404]),
  );
  const method = chance.next() < 0.85 ? 'GET' : 'POST';
  const path = chance.pick(PATHS);
  const bytes = Math.floor(chance.between(120, 60_000));
  const ip = `192.0.2.${1 + Math.floor(chance.next() * 254)}`;
  return {
    http: { request: { method }, response: { status_code: status, body: { bytes } } },
    url: { path },
    source: { ip },
    event: { ...membersOf(common, 'event'), duration: Math.floor(chance.between(1e6, status >= 500 ? 5e9 : 3e8)) },
    log: { level: status >= 500 ? 'error' : status >= 400 ? 'warning' : 'info' },
    message: `${ip} "${method} ${path} HTTP/1.1" ${status} ${bytes}`,
  };
}

function statusOf(dice: number, failures: number, failed: () => number, refused: () => number): number {
  if (dice < failures) return failed();
  if (dice > 0.95) return refused();
  return dice > 0.85 ? 304 : 200;
}

function serviceLine({ chance }: Moment, service: string, failing: boolean): JsonObject {
  const level = levelOf(chance.next(), failing ? 0.25 : 0.02);
  const job = (): string => `handled job ${Math.floor(chance.next() * 1e6)} in ${Math.floor(chance.between(2, 400))} ms`;
  const message = level === 'error' ? chance.pick(ERRORS) : level === 'warning' ? chance.pick(WARNINGS) : job();
  return { log: { level, logger: `${service}.worker` }, message };
}

function levelOf(dice: number, errors: number): 'error' | 'warning' | 'info' | 'debug' {
  if (dice < errors) return 'error';
  if (dice < 0.1) return 'warning';
  return dice < 0.85 ? 'info' : 'debug';
}
