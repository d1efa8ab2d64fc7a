import { describe, expect, it } from 'vitest';
import { network } from '#app/app/systems/network.ts';
import { lookAtNetwork } from '#app/app/systems/network/doctor.ts';
import { PRIVATE_KEY, secretFile } from '#test/config/sample.ts';
import { MemoryNetwork } from '#test/lab/network/memory-network.ts';
import { examination, examine } from './examine.ts';

const KEY = `\${file:${secretFile('ssh-key', PRIVATE_KEY)}}`;
const HOSTS = `hosts:\n  pica01: { ssh: { host: root@127.0.0.1:1, key: "${KEY}", host_key: "SHA256:${'A'.repeat(43)}" } }\n`;

describe('doctor, of addresses', () => {
  const about = examination(`${HOSTS}addresses: [{ address: 192.0.2.1 }]\n`);

  it('says so when there are none', async () => {
    expect(await examine(network, examination())).toEqual([
      { what: 'addresses', ok: true, absent: true, detail: 'none configured: nobody can tell where one belongs' },
    ]);
  });

  it('sees what each machine holds, and what a hypervisor leads on, with what it can not read', async () => {
    const lab = new MemoryNetwork();
    lab.away.add('pica02');
    expect(await lookAtNetwork(lab, about)).toEqual([
      { what: 'addresses of alice', ok: true, detail: '2 held' },
      { what: 'addresses of pica01', ok: true, detail: '3 held' },
      { what: 'addresses of pica02', ok: false, detail: 'ssh_unreachable' },
      { what: 'forwards of alice', ok: false, detail: '1 of a form that vigie can not read: addresses leaves them out' },
    ]);
    lab.forwarded = { ...lab.forwarded, unread: 0 };
    expect(await lookAtNetwork(lab, about)).toContainEqual({ what: 'forwards of alice', ok: true, detail: '7 read' });
  });

  it('is connected from the configuration, and asks nobody before it is used', async () => {
    expect(await examine(network, about)).toEqual([{ what: 'addresses of pica01', ok: false, detail: 'ssh_unreachable' }]);
  });
});
