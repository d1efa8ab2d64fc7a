import { createServer } from 'node:http';
import type { GuestFiles } from '#ports/guest-files.ts';
import type { Hypervisor } from '#ports/hypervisor.ts';
import { answerOf, type Answer, problemOfAnswer } from './rpc-answer.ts';

/** Calls by `hypervisor/snapshot` or `files/copy`, with how often each was made. */
export interface ServedHypervisor {
  readonly url: string;
  readonly calls: Map<string, number>;
  close(): Promise<void>;
}

/** Serves a Proxmox cluster and the files of its machines to another process, so that they outlive a vigie that is killed. */
export async function serveHypervisor(hypervisor: Hypervisor, files: GuestFiles): Promise<ServedHypervisor> {
  const calls = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = (request.url ?? '').slice(1);
      const args: unknown[] = JSON.parse(Buffer.concat(chunks).toString());
      calls.set(path, (calls.get(path) ?? 0) + 1);
      void answerOf(() => call(hypervisor, files, path, args)).then((answer) => response.end(JSON.stringify(answer)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${port}`, calls, close };
}

const quiet = { signal: new AbortController().signal, progress: () => undefined };

async function call(hypervisor: Hypervisor, files: GuestFiles, path: string, args: unknown[]): Promise<unknown> {
  const [system, method = ''] = path.split('/');
  const on: object = system === 'files' ? files : hypervisor;
  const act: unknown = Reflect.get(on, method);
  if (typeof act !== 'function') throw new Error(`no method ${path}`);
  // The port's signals stay at home: whoever is killed can't call anything off.
  return await Reflect.apply(act, on, path === 'files/copy' ? [...args, quiet] : args);
}

/** The other end. */
export function remoteHypervisor(url: string): { readonly hypervisor: Hypervisor; readonly guestFiles: GuestFiles } {
  const ask = async (path: string, ...args: readonly unknown[]): Promise<never> => {
    const response = await fetch(`${url}/${path}`, { method: 'POST', body: JSON.stringify(args) });
    const answer: Answer<never> = JSON.parse(await response.text());
    if ('error' in answer) throw problemOfAnswer(answer.error);
    return answer.value;
  };
  const on = (method: keyof Hypervisor, ...args: readonly unknown[]): Promise<never> => ask(`hypervisor/${method}`, ...args);
  return {
    hypervisor: {
      cluster: () => on('cluster'),
      ha: () => on('ha'),
      screen: (word) => on('screen', word),
      guests: () => on('guests'),
      guest: (word) => on('guest', word),
      setup: (vmid) => on('setup', vmid),
      setupIn: (backup) => on('setupIn', backup),
      freeNumber: () => on('freeNumber'),
      snapshots: (vmid) => on('snapshots', vmid),
      replications: (vmid) => on('replications', vmid),
      replicate: (vmid, id) => on('replicate', vmid, id),
      storages: () => on('storages'),
      backups: (vmid) => on('backups', vmid),
      task: (id) => on('task', id),
      taskLog: (id, lines) => on('taskLog', id, lines),
      tasks: (vmid, since) => on('tasks', vmid, since),
      snapshot: (vmid, name, description) => on('snapshot', vmid, name, description),
      revert: (vmid, snapshot) => on('revert', vmid, snapshot),
      deleteSnapshot: (vmid, snapshot) => on('deleteSnapshot', vmid, snapshot),
      start: (vmid) => on('start', vmid),
      shutdown: (vmid, timeoutMs) => on('shutdown', vmid, timeoutMs),
      reboot: (vmid, timeoutMs) => on('reboot', vmid, timeoutMs),
      stop: (vmid) => on('stop', vmid),
      migrate: (vmid, node) => on('migrate', vmid, node),
      backup: (vmid, storage, notes) => on('backup', vmid, storage, notes),
      restore: (order) => on('restore', order),
      reconfigure: (vmid, change) => on('reconfigure', vmid, change),
      destroy: (vmid) => on('destroy', vmid),
      deleteBackup: (id) => on('deleteBackup', id),
      stopTask: (id) => on('stopTask', id),
    },
    guestFiles: {
      reaches: () => true,
      digest: (file) => ask('files/digest', file),
      sizes: () => Promise.reject(new Error('nobody asks for it here')),
      copy: (from, to, expected) => ask('files/copy', from, to, expected),
      remove: (file) => ask('files/remove', file),
    },
  };
}
