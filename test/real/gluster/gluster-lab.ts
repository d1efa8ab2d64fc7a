import { execFile } from 'node:child_process';
import { readFile, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { systemClock } from '#kernel/clock.ts';
import { createVolumes, type VolumesOptions } from '#adapters/gluster/create-volumes.ts';
import type { GlusterMachine } from '#adapters/gluster/machine.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { Remote } from '#ports/remote.ts';
import type { Volumes } from '#ports/volumes.ts';
import type { VolumesLab } from '#test/contract/volumes.contract.ts';
import { LAB as SWARM_LAB, until } from '../swarm.ts';

const run = promisify(execFile);
const LAB = join(SWARM_LAB, 'gluster');
const MACHINES = ['pica01', 'pica02'] as const;

/** The real GlusterFS of `lab.sh`: each of its machines behind an sshd. */
export class GlusterLab implements VolumesLab {
  readonly machines: readonly GlusterMachine[];
  readonly volumes: Volumes;
  readonly away: Volumes;
  readonly #nowhere: Remote;
  /** Files that are torn in the outage of the next one that is: an outage takes its time. */
  readonly alsoTorn: string[] = [];

  private constructor(remotes: readonly Remote[], nowhere: Remote) {
    this.machines = MACHINES.map((name, index) => ({ name, aliases: [], remote: remotes[index] ?? nowhere, sudo: false }));
    this.volumes = createVolumes(this.#options(this.machines));
    this.away = createVolumes(this.#options(this.machines.map((machine) => ({ ...machine, remote: nowhere }))));
    this.#nowhere = nowhere;
  }

  static async open(): Promise<GlusterLab> {
    await lab('up');
    const reached = await Promise.all(MACHINES.map(accessTo));
    const [first] = reached;
    if (first === undefined) throw new Error('there are machines');
    return new GlusterLab(reached.map(connectRemote), connectRemote({ ...first, port: 1, timeoutMs: 2_000 }));
  }

  /** Several suites share it: whoever opened it ends it. */
  async close(): Promise<void> {
    await Promise.resolve();
  }

  async end(): Promise<void> {
    for (const { remote } of this.machines) await remote.close();
    await this.#nowhere.close();
    if (process.env['KEEP_LAB'] === undefined) await lab('down');
  }

  /** A machine whose commands run as an account without any rights. */
  asNobody(host: string): GlusterMachine {
    const machine = this.machines.find(({ name }) => name === host);
    if (machine === undefined) throw new Error(`no machine ${host}`);
    const { remote } = machine;
    const become = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const exec: Remote['exec'] = (command, ...rest) => remote.exec([...become, ...command], ...rest);
    return { ...machine, remote: { ...remote, host: remote.host, exec } };
  }

  /** Lets that account run a program as root, without a password: in the machine's own namespace alone. */
  async letNobody(host: string, program: string): Promise<void> {
    const line = `nobody ALL=(root) NOPASSWD: ${program}`;
    await this.on(host, 'sh', '-c', 'mount -t tmpfs -o mode=755 none /etc/sudoers.d && echo "$1" > /etc/sudoers.d/vigie', 'sh', line);
  }

  /** Folder of the lab's own disk that stands for /DATA on a machine. */
  mountPoint(host: string): string {
    return join(LAB, host, 'DATA');
  }

  #options(machines: readonly GlusterMachine[]): VolumesOptions {
    const mounts = machines.map((machine) => ({ machine, volume: 'data', directory: this.mountPoint(machine.name), marker: null }));
    return { machines, mounts, aside: join(LAB, 'aside'), clock: systemClock };
  }

  async write(file: string, content: string): Promise<void> {
    const path = `${this.mountPoint('pica01')}${file}`;
    await this.on('pica01', 'mkdir', '-p', dirname(path));
    // Waits for the disks: what was written is told at once.
    await this.on('pica01', 'sh', '-c', 'printf %s "$1" > "$2" && sync "$2"', 'sh', content, path);
  }

  read(file: string): Promise<string> {
    return this.on('pica01', 'cat', `${this.mountPoint('pica01')}${file}`);
  }

  onBrick(host: string, file: string): Promise<string> {
    return readFile(`${brick(host)}${file}`, 'utf8');
  }

  fileOn(_host: string, path: string): Promise<string> {
    return readFile(path, 'utf8');
  }

  /** A full heal walks through the bricks of the machine with the highest id: what is missing there it doesn't find. */
  async lose(file: string): Promise<string> {
    const ids = await Promise.all(MACHINES.map((host) => readFile(join(LAB, host, 'lib/glusterd.info'), 'utf8')));
    const [one = '', other = ''] = ids.map((text) => /^UUID=(.*)$/mu.exec(text)?.[1] ?? '');
    const host = one < other ? 'pica01' : 'pica02';
    const path = `${brick(host)}${file}`;
    // A client says a second after it wrote that all bricks have it (cluster.post-op-delay-secs): before, the file would be owed for ever.
    await sleep(2_000);
    // GlusterFS has each file twice on a brick, under its name and its number.
    const { stdout } = await run('find', [brick(host), '-samefile', path]);
    for (const each of stdout.trim().split('\n')) await unlink(each);
    return host;
  }

  async killBrick(host: string): Promise<void> {
    process.kill(await this.#pidOf(host), 'SIGKILL');
    await until(`the brick on ${host} to be down`, async () => (await this.#pidOf(host)) === -1);
  }

  /** Right after a brick was killed, `force` does nothing yet. */
  async startBricks(): Promise<void> {
    await until('the bricks', async () => {
      await this.gluster('volume', 'start', 'data', 'force');
      await sleep(500);
      const heals = await this.volumes.heals('data');
      return heals.every(({ answers }) => answers);
    });
  }

  async split(file: string, { pica01, pica02 }: { readonly pica01: string; readonly pica02: string }): Promise<void> {
    const heal = async (how: 'on' | 'off'): Promise<void> => {
      const options = ['self-heal-daemon', 'data-self-heal', 'metadata-self-heal', 'entry-self-heal'];
      await this.gluster('volume', 'set', 'data', ...options.flatMap((option) => [`cluster.${option}`, how]));
    };
    const files = [file, ...this.alsoTorn.splice(0)];
    for (const each of files) await this.write(each, 'before');
    await heal('off');
    await this.killBrick('pica02');
    for (const each of files) await this.write(each, pica01);
    await this.startBricks();
    await this.killBrick('pica01');
    // A client that was there before waits some seconds until it speaks to the other one again.
    await this.unmount('pica01');
    await this.mount('pica01');
    for (const each of files) await this.write(each, pica02);
    await this.startBricks();
    await heal('on');
    await this.unmount('pica01');
    await this.mount('pica01');
    await until('the split-brain', async () =>
      (await this.volumes.heals('data')).every(({ answers, splitBrain }) => answers && splitBrain.length > 0),
    );
  }

  async unmount(host: string): Promise<void> {
    await this.on(host, 'umount', '-l', this.mountPoint(host));
  }

  async mount(host: string): Promise<void> {
    await this.on(host, 'mount', '-t', 'glusterfs', `${host}:/data`, this.mountPoint(host));
  }

  async killClient(host: string): Promise<void> {
    const pid = await this.on(host, 'pgrep', '-f', `^/usr/sbin/glusterfs .*${this.mountPoint(host)}$`);
    process.kill(Number(pid.trim().split('\n')[0]), 'SIGKILL');
    await until('its end', async () => !(await this.#answers(host)));
  }

  async limit(bytes: number): Promise<void> {
    await this.gluster('volume', 'quota', 'data', 'enable');
    await this.gluster('volume', 'quota', 'data', 'limit-usage', '/', String(bytes));
  }

  gluster(...words: readonly string[]): Promise<string> {
    return this.on('pica01', 'gluster', '--mode=script', ...words);
  }

  /** Runs a command over there. @returns what it printed */
  async on(host: string, ...command: readonly string[]): Promise<string> {
    return await lab('in', host, ...command);
  }

  async #answers(host: string): Promise<boolean> {
    return await this.on(host, 'ls', this.mountPoint(host)).then(
      () => true,
      () => false,
    );
  }

  async #pidOf(host: string): Promise<number> {
    const xml = await this.gluster('--xml', 'volume', 'status', 'data', 'detail');
    const pid = new RegExp(`<hostname>${host}</hostname>[^]*?<pid>(-?\\d+)</pid>`, 'u').exec(xml)?.[1];
    return Number(pid ?? -1);
  }
}

function brick(host: string): string {
  return join(LAB, host, 'bricks/data');
}

async function lab(...words: readonly string[]): Promise<string> {
  const { stdout } = await run(join(import.meta.dirname, 'lab.sh'), words, { env: { ...process.env, LAB } });
  return stdout;
}

async function accessTo(node: string) {
  const folder = join(LAB, node, 'ssh');
  const { stdout } = await run('ssh-keygen', ['-lf', join(folder, 'host.pub')]);
  return {
    host: '127.0.0.1',
    port: Number(await readFile(join(folder, 'port'), 'utf8')),
    user: 'root',
    privateKey: await readFile(join(folder, 'id'), 'utf8'),
    hostKey: stdout.split(' ')[1] ?? '',
  };
}
