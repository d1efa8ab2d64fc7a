import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { connectProxmox, type ConnectedHypervisor } from '#adapters/proxmox/connect-proxmox.ts';
import type { CommandResult, Remote } from '#ports/remote.ts';
import { STATUS, upid } from './stand-in.ts';

/** A `pvesh` whose answers are files, named after the call. */
const PVESH = `#!/bin/sh
echo "$@" >> "$ANSWERS/asked"
name=$ANSWERS/$(echo "$1 $2" | tr '/ ' '__')
[ -e "$name" ] || { echo "no '$1' handler defined for '$2'" >&2; exit 2; }
. "$name"
`;

const bin = mkdtempSync(join(tmpdir(), 'vigie-pvesh-bin-'));
writeFileSync(join(bin, 'pvesh'), PVESH, { mode: 0o755 });
writeFileSync(join(bin, 'sudo'), '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n', { mode: 0o755 });

let answers: string;
beforeEach(async () => {
  answers = mkdtempSync(join(tmpdir(), 'vigie-pvesh-'));
  await says('get /cluster/status', `echo '${JSON.stringify(STATUS)}'`);
  await says('get /cluster/resources', `echo '[{"vmid":101,"name":"pica01","node":"alice","type":"qemu","status":"running"}]'`);
  await says('get /nodes/alice/qemu/101/status/current', `echo '{"status":"running"}'`);
  await says('get /nodes/alice/qemu/101/snapshot', `echo '[{"name":"before","snaptime":1},{"name":"current"}]'`);
  await says('get /nodes/alice/tasks', `cat "$ANSWERS/tasks"`);
  await writeFile(join(answers, 'tasks'), '[]');
});

const says = (call: string, script: string): Promise<void> => writeFile(join(answers, call.replaceAll(/[/ ]/gu, '_')), `${script}\n`);
const asked = async (): Promise<readonly string[]> => (await readFile(join(answers, 'asked'), 'utf8')).trim().split('\n');

/** This machine, as if it were another one. */
const here: Remote = {
  host: 'root@alice:22',
  openSocket: () => Promise.reject(new Error('not here')),
  openPort: () => Promise.reject(new Error('not here')),
  files: () => Promise.reject(new Error('not here')),
  execStream: () => Promise.reject(new Error('not here')),
  exec: ([program = '', ...args], _options, signal) =>
    new Promise<CommandResult>((resolve, reject) => {
      const env = { PATH: `${bin}${delimiter}/usr/bin${delimiter}/bin`, ANSWERS: answers };
      execFile(program, args, { env, signal }, (error, stdout, stderr) => {
        if (error?.name === 'AbortError') return reject(error);
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
      });
    }),
  close: () => Promise.resolve(),
};

function connect({ sudo = false, remote = here, timeoutMs = 20_000 } = {}): ConnectedHypervisor {
  return connectProxmox({ hosts: [{ kind: 'ssh', remote, sudo }], timeoutMs, clock: systemClock });
}

const SNAPSHOT = 'create /nodes/alice/qemu/101/snapshot';
const ID = upid('qmsnapshot');
const OTHER = upid('qmsnapshot', 102);
/** As Proxmox: the task is there, and pvesh goes on until it ends. */
const lists = (...ids: readonly string[]): string => `echo '${JSON.stringify(ids.map((each) => ({ upid: each })))}' > "$ANSWERS/tasks"`;

describe('pvesh', () => {
  it('is asked with options, and quotes are its own affair', async () => {
    await says(SNAPSHOT, `${lists(ID)}; echo '"${ID}"'`);
    expect(await connect().snapshot(101, 'one', `it's "so"`)).toBe(ID);
    expect(await asked()).toContain(`${SNAPSHOT} --snapname one --description it's "so" --vmstate 0 --output-format json`);
  });

  it('goes on when whoever started it has gone, and its task is found while it runs', async () => {
    await says(SNAPSHOT, `${lists(OTHER, ID)}; sleep 2; echo done > "$ANSWERS/finished"`);
    expect(await connect().snapshot(101, 'one', '')).toBe(ID);
    await expect(readFile(join(answers, 'finished'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect.poll(() => readFile(join(answers, 'finished'), 'utf8').catch(() => ''), { timeout: 10_000 }).toBe('done\n');
  });

  it('does not take an older task for its own', async () => {
    await writeFile(join(answers, 'tasks'), JSON.stringify([{ upid: upid('qmsnapshot', 101, 'alice', 0x69000000) }]));
    await says(SNAPSHOT, `echo "VM is locked (backup)" >&2; exit 255`);
    await expect(connect().snapshot(101, 'one', '')).rejects.toMatchObject({
      code: 'guest_busy',
      params: { guest: 'pica01', lock: 'backup' },
    });
  });

  it('has started a task, though the task failed at once', async () => {
    await says(SNAPSHOT, `${lists(ID)}; echo "snapshot feature is not available" >&2; exit 255`);
    expect(await connect().snapshot(101, 'one', '')).toBe(ID);
  });

  it('may name the task itself, after its log', async () => {
    await says(SNAPSHOT, `printf 'snapshotting\\nTASK OK\\n%s\\n' '${ID}'`);
    expect(await connect().snapshot(101, 'one', '')).toBe(ID);
  });

  it('that starts nothing in time leaves it unknown', async () => {
    await says(SNAPSHOT, 'sleep 8');
    await expect(connect({ timeoutMs: 4_000 }).snapshot(101, 'one', '')).rejects.toMatchObject({ code: 'hypervisor_unreachable' });
    expect((await asked()).filter((call) => call.startsWith('create'))).toHaveLength(1);
  });

  it.each([
    ['echo "400 Parameter verification failed.\nvmid: invalid" >&2; exit 2', { code: 'hypervisor_refused', params: { status: 400 } }],
    ["echo 'ssh: connect to host 10.0.0.2 port 22: No route to host' >&2; exit 255", { code: 'node_offline', params: { node: 'alice' } }],
    ["echo 'hm'", { code: 'hypervisor_refused' }],
    ["echo '[{]'", { code: 'hypervisor_refused' }],
  ])('that says %s', async (script, error) => {
    await says('get /nodes/alice/qemu/101/snapshot', script);
    await expect(connect().snapshots(101)).rejects.toMatchObject(error);
  });

  it('that is not there, or that sudo does not let run, is no Proxmox', async () => {
    const gone: Remote = { ...here, exec: () => Promise.resolve({ code: 127, stdout: '', stderr: 'sh: 1: pvesh: not found' }) };
    await expect(connect({ remote: gone }).guests()).rejects.toMatchObject({
      code: 'hypervisor_unreachable',
      params: { host: 'root@alice:22', reason: 'sh: 1: pvesh: not found' },
    });
    await expect(connect({ sudo: true }).guests()).rejects.toMatchObject({
      code: 'hypervisor_unreachable',
      params: { reason: 'sudo: a password is required' },
    });
  });

  it('on a machine that is away is told as such, until something may have been started', async () => {
    const away = (only: string): Remote => ({
      ...here,
      exec: (command, ...rest) =>
        command.join(' ').includes(only)
          ? Promise.reject(new VigieError('ssh_unreachable', { host: 'root@alice:22', reason: 'cut' }))
          : here.exec(command, ...rest),
    });
    await expect(connect({ remote: away('pvesh') }).guests()).rejects.toMatchObject({ code: 'ssh_unreachable' });
    await expect(connect({ remote: away('setsid') }).snapshot(101, 'one', '')).rejects.toMatchObject({ code: 'hypervisor_unreachable' });
  });

  it('is not waited for longer than its signal lasts', async () => {
    const reason = new Error('cancelled');
    const stopping = new AbortController();
    await says('get /cluster/resources', 'sleep 5');
    const waiting = connect().guests(stopping.signal);
    stopping.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });
});
