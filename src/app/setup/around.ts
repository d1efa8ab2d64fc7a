import { existsSync } from 'node:fs';
import { isRecord, reasonOf } from '#kernel/json.ts';
import { formatImage } from '#ports/swarm.ts';
import { configuredDocker } from '../systems/docker.ts';
import type { Words } from '../finding.ts';
import { answered, NONE, Unfit, type Interview } from './interview.ts';
import { reached, type Keys } from './ssh.ts';

const SOCKET = '/var/run/docker.sock';

/** A manager of a Swarm that answered. */
export interface FoundDocker {
  readonly host: string;
  /** Where it is reached over SSH. */
  readonly hostKey: string | null;
  /** Services whose image is a database server's. */
  readonly databases: readonly string[];
}

export interface DockerQuestion {
  readonly given: string | undefined;
  readonly keys: () => Promise<Keys>;
  readonly words: Words;
}

/** The Swarm: the socket of this machine, or what the person names. Null: none. */
export async function askDocker(interview: Interview, { given, keys, words }: DockerQuestion): Promise<FoundDocker | null> {
  return await answered(interview, {
    ask: 'Docker of a Swarm manager (unix:///path or ssh://user@host; none: no Swarm)',
    explain: 'vigie deploys, scales and restarts services through it. Whoever speaks to Docker is as good as root there.',
    option: '--docker',
    given,
    fallback: existsSync(SOCKET) ? `unix://${SOCKET}` : 'none',
    judge: (typed) => (NONE.test(typed) ? null : managerAt(interview, typed, keys, words)),
  });
}

async function managerAt(interview: Interview, typed: string, keys: () => Promise<Keys>, words: Words): Promise<FoundDocker> {
  const over = /^ssh:\/\/(.+)$/u.exec(typed)?.[1];
  if (over === undefined && !/^unix:\/\/\/.+/u.test(typed))
    throw new Unfit(
      `"${typed}": write unix:///var/run/docker.sock or ssh://user@host. (tcp:// with TLS is written by hand: docs/configuration.md)`,
    );
  const access = over === undefined ? null : { ...(await reached(interview, await keys(), over)), ...(await keys()) };
  const ssh = access === null ? undefined : { key: access.privateKey, host_key: access.hostKey, socket: SOCKET };
  const { connectSwarm } = await import('#adapters/docker/connect-swarm.ts');
  const docker = await configuredDocker({ host: typed, ssh });
  const swarm = connectSwarm({ ...docker.address, timeoutMs: 10_000 });
  try {
    const { manager, hostname, version } = await swarm.ping();
    if (!manager) throw new Unfit(`Docker on ${hostname} is no manager of a Swarm: name one, or make this one: docker swarm init`);
    const services = await swarm.services();
    interview.say(`✓ Docker ${version} on ${hostname} manages a Swarm of ${services.length} services`);
    const databases = services.filter(({ image }) => isDatabase(formatImage({ ...image, digest: null }))).map(({ name }) => name);
    return { host: typed, hostKey: access?.hostKey ?? null, databases };
  } catch (error) {
    throw error instanceof Unfit ? error : new Unfit(`${typed}: ${words(error)}`);
  } finally {
    await swarm.close();
    await docker.close();
  }
}

function isDatabase(image: string): boolean {
  return /(?:^|\/)[\w.-]*(?:postgres|postgis|mariadb|mysql|mongo)[\w.-]*(?::|$)/u.test(image);
}

const LOOK_MS = 2_000;
const OWN_SEARCH = 'http://127.0.0.1:9200';

/** Elasticsearch: on this machine, or where the person says. Null: none. */
export async function askSearch(interview: Interview, given: string | undefined): Promise<string | null> {
  const near = given === undefined && (await searchAt(OWN_SEARCH)) === null;
  return await answered(interview, {
    ask: 'Elasticsearch with what Beats send (http://host:9200; none: no alerts and metrics)',
    explain: 'Alerts and metrics come from it; vigie only reads. One behind SSH or with a key is written by hand: docs/alerts.md',
    option: '--elasticsearch',
    given,
    fallback: near ? OWN_SEARCH : 'none',
    async judge(typed) {
      if (NONE.test(typed)) return null;
      const url = typed.replace(/\/+$/u, '');
      if (!/^https?:\/\/[^/\s@]+$/u.test(url))
        throw new Unfit(`"${typed}" is no address such as http://127.0.0.1:9200, without an account in it`);
      const problem = await searchAt(url);
      if (problem !== null) throw new Unfit(`${url} ${problem}`);
      interview.say(`✓ Elasticsearch answers at ${url}`);
      return url;
    },
  });
}

/** @returns what speaks against it; null: nothing does */
async function searchAt(url: string): Promise<string | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(LOOK_MS) });
    if (answer.status === 401) return 'wants an account: say none here, and write its key by hand (docs/alerts.md)';
    const data: unknown = await answer.json();
    return isRecord(data) && isRecord(data['version']) ? null : 'is no Elasticsearch';
  } catch (error) {
    return `doesn't answer: ${reasonOf(error instanceof Error ? (error.cause ?? error) : error)}`;
  }
}
