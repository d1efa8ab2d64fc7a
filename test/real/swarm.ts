import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ServiceOptions } from '#test/lab/swarm/service-spec.ts';

const run = promisify(execFile);
const HERE = dirname(fileURLToPath(import.meta.url));

/** Where the lab keeps its state: `.lab/` in the project, or `LAB`. */
export const LAB = process.env['LAB'] ?? join(HERE, '../../.lab');
const CONVERGE_MS = 90_000;

export interface SshAccess {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Path of the private key. */
  readonly keyFile: string;
  /** `SHA256:…` */
  readonly hostKey: string;
}

/** The real Docker Swarm: pica01 (manager) and pica02. */
export interface RealSwarm {
  /** The manager's API. */
  readonly socketPath: string;
  /** Path of the manager's network namespace: `--network host` is this one for its containers. */
  readonly namespace: string;
  /** `host:port`, as image names say it; it holds `x:v1`, `x:v2`, `x:bad`, `x:slow`. */
  readonly registry: string;
  /** The same behind a password: `vigie`, `lookout`. */
  readonly privateRegistry: string;
  /** Another name of the private one. */
  readonly deniedRegistry: string;
  /** Nobody answers there; the manager holds its `x:held`. */
  readonly absentRegistry: string;
  readonly ssh: SshAccess;
  /** Runs the docker command on the manager; @returns what it printed, trimmed */
  readonly docker: DockerCommand;
  /** Creates a service and waits until all its tasks run; with `settle: false` it doesn't wait. */
  readonly createService: (options: ServiceOptions & { readonly settle?: boolean }) => Promise<void>;
  /** Removes a service and waits until its containers are gone. */
  readonly removeService: (name: string) => Promise<void>;
}

/** Starts the lab if it isn't up. It stays up until the run of vitest ends (`lab-setup.ts`). */
export async function realSwarm(): Promise<RealSwarm> {
  await labCommand('up');
  const socketPath = join(LAB, 'pica01.sock');
  const docker = (...args: readonly string[]): Promise<string> => dockerCommand(socketPath, args);
  return {
    socketPath,
    namespace: `/run/netns/${(await readFile(join(LAB, 'net'), 'utf8')).trim()}-pica01`,
    registry: '10.77.0.254:5000',
    privateRegistry: '10.77.0.254:5001',
    deniedRegistry: '10.77.0.253:5001',
    absentRegistry: '10.77.0.254:5999',
    ssh: await sshAccess(),
    docker,
    createService: (options) => createService(docker, options),
    removeService: (name) => removeService(docker, name),
  };
}

/** @throws Error with what lab.sh has said */
export async function labCommand(command: 'up' | 'leave' | 'restart', ...args: readonly string[]): Promise<void> {
  await run(join(HERE, 'lab.sh'), [command, ...args], { env: { ...process.env, LAB } });
}

async function sshAccess(): Promise<SshAccess> {
  const { stdout } = await run('ssh-keygen', ['-lf', join(LAB, 'ssh/host.pub')]);
  const hostKey = stdout.split(' ')[1] ?? '';
  const port = Number(await readFile(join(LAB, 'ssh/port'), 'utf8'));
  return { host: '127.0.0.1', port, user: 'root', keyFile: join(LAB, 'ssh/id'), hostKey };
}

/** The private key of `SshAccess`. */
export function privateKey({ keyFile }: SshAccess): Promise<string> {
  return readFile(keyFile, 'utf8');
}

type DockerCommand = (...args: readonly string[]) => Promise<string>;

/** Debian's docker, whatever else the path holds; without the caller's settings. */
async function dockerCommand(socketPath: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run('/usr/bin/docker', ['-H', `unix://${socketPath}`, ...args], {
    env: { HOME: LAB, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  return stdout.trim();
}

async function createService(docker: DockerCommand, options: ServiceOptions & { readonly settle?: boolean }): Promise<void> {
  await docker('service', 'create', '--detach', '--quiet', '--stop-grace-period', '1s', ...argumentsOf(options), options.image);
  if (options.settle === false || options.job !== undefined) return;
  const { name } = options;
  await until(`service ${name}`, async () => {
    const [running, wanted] = (await docker('service', 'ls', '--filter', `name=${name}`, '--format', '{{.Name}} {{.Replicas}}'))
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1]
      ?.split('/') ?? ['', '?'];
    return running === wanted;
  });
}

/** Swarm forgets a service at once, while its containers still stop and keep a node busy. */
async function removeService(docker: DockerCommand, name: string): Promise<void> {
  await docker('service', 'rm', name);
  await until(
    `the end of ${name}`,
    async () => (await docker('ps', '--quiet', '--filter', `label=com.docker.swarm.service.name=${name}`)) === '',
  );
}

function argumentsOf(options: ServiceOptions): readonly string[] {
  const { replicas = 1, policy, stack } = options;
  const labels = { ...options.labels, ...(stack === undefined ? {} : { 'com.docker.stack.namespace': stack }) };
  return [
    '--name',
    options.name,
    ...modeArguments(replicas, options.job),
    ...(options.memoryBytes === undefined ? [] : ['--reserve-memory', String(options.memoryBytes)]),
    ...(options.hostPort === undefined ? [] : ['--publish', `mode=host,published=${options.hostPort},target=8080`]),
    ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...(options.constraints ?? []).flatMap((constraint) => ['--constraint', constraint]),
    ...(options.env ?? []).flatMap((variable) => ['--env', variable]),
    ...(options.networks ?? []).flatMap((network) => ['--network', network]),
    ...(policy === undefined ? [] : policyArguments(policy)),
  ];
}

function modeArguments(replicas: number | 'global', job: ServiceOptions['job']): readonly string[] {
  if (job === undefined) return replicas === 'global' ? ['--mode', 'global'] : ['--replicas', String(replicas)];
  const mode =
    job.completions === 'global' ? ['--mode', 'global-job'] : ['--mode', 'replicated-job', '--replicas', String(job.completions)];
  if (job.tries === undefined) return mode;
  return [...mode, ...(job.tries === 1 ? ['--restart-condition', 'none'] : ['--restart-max-attempts', String(job.tries - 1)])];
}

function policyArguments(policy: NonNullable<ServiceOptions['policy']>): readonly string[] {
  return [
    '--update-parallelism',
    String(policy.parallelism),
    '--update-delay',
    `${policy.delayMs}ms`,
    '--update-failure-action',
    policy.failureAction,
    '--update-monitor',
    `${policy.monitorMs}ms`,
    '--update-order',
    policy.order,
  ];
}

/** Looks again and again, at most 90 s. */
export async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + CONVERGE_MS;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`waited ${CONVERGE_MS} ms for ${what}`);
    await sleep(200);
  }
}
