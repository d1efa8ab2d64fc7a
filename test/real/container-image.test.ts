import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LAB, realSwarm, type RealSwarm, until } from './swarm.ts';

const TAG = 'vigie:lab';
const NAME = 'vigie-under-test';

const account = z.object({ url: z.string(), token: z.string() });

describe('the container image', () => {
  let real: RealSwarm;
  let folder: string;
  let mattermost: ChildProcess;

  beforeAll(async () => {
    real = await realSwarm();
    await promisify(execFile)(join(import.meta.dirname, 'container-image.sh'), [TAG], { env: { ...process.env, LAB } });
    folder = await mkdtemp(join(LAB, 'container.'));
    mattermost = await startMattermost(real.namespace, folder);
  });
  afterAll(async () => {
    await real.docker('rm', '--force', NAME);
    await real.docker('volume', 'rm', '--force', NAME);
    mattermost.kill();
    await rm(folder, { recursive: true });
  });

  const inside = (...command: readonly string[]): Promise<string> => real.docker('exec', NAME, ...command);
  const inspected = (format: string): Promise<string> => real.docker('inspect', '--format', format, NAME);

  it('runs vigie with a read-only system, healthy within its start period', async () => {
    const config = [
      '--volume',
      `${folder}/token:/etc/vigie/token:ro`,
      '--volume',
      `${folder}/vigie.yaml:/etc/vigie/vigie.yaml:ro`,
      '--volume',
      `${NAME}:/var/lib/vigie`,
    ];
    const hardened = ['--read-only', '--cap-drop', 'ALL', '--tmpfs', '/run/vigie:uid=10001', '--tmpfs', '/tmp'];
    await real.docker('run', '--detach', '--name', NAME, '--network', 'host', ...config, ...hardened, TAG);
    await until('vigie to be healthy', async () => (await inspected('{{.State.Health.Status}}')) === 'healthy');
  });

  it('runs as the user vigie', async () => {
    expect(await inside('id')).toBe('uid=10001(vigie) gid=10001(vigie) groups=10001(vigie)');
  });

  it('keeps its store in the volume', async () => {
    expect(await inside('ls', '/var/lib/vigie')).toContain('vigie.db');
  });

  it('holds nothing but what vigie needs', async () => {
    const files = (await inside('ls', '-A', '/vigie')).split('\n');
    expect(new Set(files)).toEqual(
      new Set(['LICENSE', 'bin', 'build', 'handlers', 'node_modules', 'package-lock.json', 'package.json', 'src', 'templates']),
    );
    expect(await inside('ls', '/vigie/node_modules')).not.toContain('vitest');
  });

  it('stops by itself when asked to, and starts again on the same store', async () => {
    await real.docker('stop', '--time', '30', NAME);
    expect(await inspected('{{.State.ExitCode}}')).toBe('0');
    await real.docker('start', NAME);
    await until('vigie to be healthy again', async () => (await inspected('{{.State.Health.Status}}')) === 'healthy');
  });

  it('says what is wrong with a configuration, and ends with 1', async () => {
    await writeFile(join(folder, 'wrong.yaml'), 'langage: fr\n');
    const mount = ['--volume', `${folder}/wrong.yaml:/etc/vigie/vigie.yaml:ro`];
    await expect(real.docker('run', '--rm', ...mount, TAG)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('vigie.yaml:1:1'),
    });
  });
});

/** Starts the stand-in in the container's network, and writes the configuration for it. */
async function startMattermost(namespace: string, folder: string): Promise<ChildProcess> {
  const program = join(import.meta.dirname, 'container-mattermost.ts');
  const child = spawn('nsenter', [`--net=${namespace}`, process.execPath, program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line]: unknown[] = await once(child.stdout, 'data');
  const { url, token } = account.parse(JSON.parse(String(line)));
  const config = {
    language: 'en',
    mattermost: { url, token: '${file:/etc/vigie/token}' },
    roles: { operator: { users: ['alice'], may: ['read'] } },
  };
  await writeFile(join(folder, 'token'), token);
  await writeFile(join(folder, 'vigie.yaml'), JSON.stringify(config));
  return child;
}
