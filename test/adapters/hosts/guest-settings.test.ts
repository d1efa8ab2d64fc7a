import { expect, it } from 'vitest';
import { createHosts } from '#adapters/hosts/create-hosts.ts';
import type { Remote } from '#ports/remote.ts';

const refuse = (): Promise<never> => Promise.reject(new Error('not here'));
const AT = (node: string): string => `/etc/pve/nodes/${node}/qemu-server/101.conf`;
const PLACE = { node: 'alice', kind: 'qemu', vmid: 101 } as const;

/** The cluster's files on bob, reached by an account of this name. */
function bob(files: Map<string, string>, account = 'vigie', { quorate = true } = {}) {
  const ran: string[] = [];
  const exec: Remote['exec'] = async (command) => {
    const words = command.slice(2);
    ran.push(words.join(' '));
    const [program, ...rest] = words.filter((word) => word !== 'sudo' && word !== '-n');
    const [path = '', to = ''] = rest;
    const content = files.get(path);
    if (program === 'cat') {
      return content === undefined
        ? { code: 1, stdout: '', stderr: `cat: ${path}: No such file or directory\n` }
        : { code: 0, stdout: content, stderr: '' };
    }
    if (!quorate) return { code: 1, stdout: '', stderr: `mv: cannot move '${path}' to '${to}': Permission denied\n` };
    if (content !== undefined && !files.has(to)) {
      files.delete(path);
      files.set(to, content);
    }
    return { code: 0, stdout: '', stderr: '' };
  };
  const remote: Remote = {
    host: `${account}@bob:22`,
    openSocket: refuse,
    openPort: refuse,
    exec,
    execStream: refuse,
    files: refuse,
    close: async () => undefined,
  };
  return { hosts: createHosts([{ name: 'bob', aliases: [], partials: [], remote }]), ran };
}

it('a guest of a machine that is away is read from another one, and given to it once', async () => {
  const files = new Map([[AT('alice'), 'onboot: 1\n']]);
  const { hosts, ran } = bob(files);
  expect(await hosts.guestSettings('bob', PLACE)).toBe('onboot: 1\n');
  expect(await hosts.guestSettings('bob', { ...PLACE, node: 'bob' })).toBeNull();
  await hosts.takeGuest('bob', PLACE, 'bob');
  await hosts.takeGuest('bob', PLACE, 'bob');
  expect([...files]).toEqual([[AT('bob'), 'onboot: 1\n']]);
  expect(ran.filter((words) => words.includes('mv'))).toEqual([`sudo -n mv -n ${AT('alice')} ${AT('bob')}`]);
});

it('a guest is given to nobody without quorum, and never over another one', async () => {
  const files = new Map([[AT('alice'), 'onboot: 1\n']]);
  await expect(bob(files, 'root', { quorate: false }).hosts.takeGuest('bob', PLACE, 'bob')).rejects.toMatchObject({
    code: 'host_refused',
    params: { reason: expect.stringContaining('Permission denied') },
  });
  files.set(AT('bob'), 'another: 1\n');
  await expect(bob(files).hosts.takeGuest('bob', PLACE, 'bob')).rejects.toMatchObject({
    code: 'host_refused',
    params: { reason: 'it stands where it was' },
  });
  expect(files.get(AT('bob'))).toBe('another: 1\n');
});
