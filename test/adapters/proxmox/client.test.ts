import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Client } from '#adapters/proxmox/client.ts';
import type { Request } from '#adapters/proxmox/way.ts';

const CLUSTER = [{ type: 'cluster', name: 'pica', quorate: 1 }];

/** A host that answers everything, and what it was asked. */
function host() {
  const asked: Request[] = [];
  const client = new Client([
    {
      host: 'alice',
      ask: async (request) => {
        asked.push(request);
        return { status: 200, message: '', data: request.path[0] === 'cluster' ? CLUSTER : 'UPID:alice:1:2:3:qmsnapshot:101:x:' };
      },
      close: async () => undefined,
    },
  ]);
  return { client, asked };
}

describe('a name in a path of Proxmox’s API', () => {
  it.each(['..', '.', '', '../102', 'a/../../b', 'x/', '/x', 'a\nb', 'a\0b'])('%j is asked for nowhere', async (name) => {
    const { client, asked } = host();
    const path = ['nodes', 'alice', 'qemu', '101', 'snapshot', name];
    await expect(client.read(z.unknown(), { path })).rejects.toThrow(TypeError);
    await expect(client.write({ method: 'DELETE', path })).rejects.toThrow(TypeError);
    expect(asked.filter((request) => request.path[0] !== 'cluster')).toEqual([]);
  });

  it('may be an id of a backup', async () => {
    const { client, asked } = host();
    await client.write({
      method: 'DELETE',
      path: ['nodes', 'alice', 'storage', 'local', 'content', 'local:backup/vzdump-qemu-101-x.vma.zst'],
    });
    expect(asked.at(-1)?.path.at(-1)).toBe('local:backup/vzdump-qemu-101-x.vma.zst');
  });
});
