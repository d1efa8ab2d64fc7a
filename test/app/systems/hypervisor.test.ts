import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '#app/app/finding.ts';
import { hypervisor } from '#app/app/systems/hypervisor.ts';
import type { Config } from '#config/schema.ts';
import { ALL_RIGHTS, type StandIn, startStandIn, STATUS, TOKEN } from '#test/adapters/proxmox/stand-in.ts';
import { secretFile } from '#test/config/sample.ts';
import { lookAtNamed } from '#app/app/doctor-names.ts';
import { thingsNamed } from '#config/named-things.ts';
import { examination, examine, NEEDS } from './examine.ts';

let server: StandIn;
beforeEach(async () => {
  server = await startStandIn();
});
afterEach(() => server.stop());

async function look(more = '', fingerprint = server.fingerprint, name = 'alice'): Promise<readonly Finding[]> {
  const token = `"\${file:${secretFile('doctor-proxmox', TOKEN)}}"`;
  const nobody = `bob: { url: "https://127.0.0.1:1", fingerprint: "${fingerprint}" }`;
  const hosts = `{ ${name}: { url: "${server.url}", fingerprint: "${fingerprint}" }${more.includes('bob') ? `, ${nobody}` : ''} }`;
  const guests = more.includes('guests') ? ', guests: { pica01: { brick: true }, pica03: { brick: true } }' : '';
  const about = examination(`proxmox: { hosts: ${hosts}, token: ${token}, timeout: 2s${guests} }`);
  return [...(await examine(hypervisor, about)), ...(await named(about.config))];
}

/** What the configuration names of it, as `doctor` asks after it. */
async function named(config: Config): Promise<readonly Finding[]> {
  const opened = await hypervisor.open(config, NEEDS);
  try {
    return await lookAtNamed(config, opened.client === null ? {} : { hypervisor: opened.client }, thingsNamed(config));
  } finally {
    await opened.close();
  }
}

const ill = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ ok }) => !ok).map(({ what, detail }) => `${what}: ${detail}`);

describe('doctor, of Proxmox', () => {
  it('says so when there is none', async () => {
    expect(await examine(hypervisor, examination())).toMatchObject([{ ok: true, detail: expect.stringContaining('none configured') }]);
  });

  it('shows version, quorum, rights, guests and where backups go', async () => {
    const host = server.url.slice('https://'.length);
    expect(await look()).toEqual([
      { what: `Proxmox ${host}`, ok: true, detail: '8.2.4' },
      { what: 'Proxmox cluster picasoft', ok: true, detail: 'quorum, alice, bob' },
      { what: 'Proxmox rights', ok: true, detail: 'all that are needed' },
      { what: 'VMs', ok: true, detail: 'pica01, pica02' },
      { what: 'VM storages', ok: true, detail: 'for backups local on alice, local on bob' },
    ]);
  });

  it('names a host that is no node of the cluster, and the one that was meant', async () => {
    expect(ill(await look('', server.fingerprint, 'alicee'))).toEqual([
      'configuration: proxmox.hosts names alicee, which is no node of the cluster: did you mean alice?',
    ]);
  });

  it('looks at each host, though another one answers', async () => {
    expect(ill(await look('bob'))).toEqual(['Proxmox 127.0.0.1:1: hypervisor_unreachable']);
  });

  it('refuses a certificate, and asks no further', async () => {
    expect(ill(await look('', Array.from({ length: 32 }, () => 'AB').join(':')))).toEqual([
      `Proxmox ${server.url.slice('https://'.length)}: hypervisor_fingerprint`,
    ]);
  });

  it('names a cluster without quorum, and a node that is away', async () => {
    server.reactions.set('GET /cluster/status', { data: [{ ...STATUS[0], quorate: 0 }, ...STATUS.slice(1)] });
    expect(ill(await look())[0]).toMatch(/has no quorum/u);
    server.reactions.set('GET /cluster/status', { data: [STATUS[0], STATUS[1], { ...STATUS[2], online: 0 }] });
    expect(ill(await look())).toEqual(['Proxmox cluster picasoft: quorum, but bob is offline']);
  });

  it('names each right that lacks', async () => {
    const { 'VM.Snapshot.Rollback': _rollback, 'Datastore.AllocateSpace': _space, ...held } = ALL_RIGHTS['/'];
    server.reactions.set('GET /access/permissions', { data: { '/': held } });
    expect(ill(await look())).toEqual([
      'Proxmox rights: VM.Snapshot.Rollback, Datastore.AllocateSpace are missing: give them to the token and to its user, on /',
    ]);
    const { 'VM.GuestAgent.Audit': _agent, ...deaf } = ALL_RIGHTS['/'];
    server.reactions.set('GET /access/permissions', { data: { '/': deaf } });
    expect((await look()).map(({ detail }) => detail).join('\n')).toContain('crash-consistent');
  });

  it('takes emptiness for ill, even for one who may see everything', async () => {
    server.reactions.set('GET /cluster/resources', { data: [] });
    for (const node of ['alice', 'bob']) server.reactions.set(`GET /nodes/${node}/storage`, { data: [] });
    expect(ill(await look())).toEqual([
      'VMs: none to be seen: does the token have VM.Audit?',
      'VM storages: none to be seen: does the token have Datastore.Audit?',
    ]);
    server.reactions.set('GET /access/permissions', { data: {} });
    expect(ill(await look()).filter((line) => line.endsWith('hypervisor_forbidden'))).toHaveLength(2);
  });

  it('names a guest of the configuration that Proxmox does not know', async () => {
    expect(ill(await look('guests'))).toEqual([
      "configuration: proxmox.guests names pica03, which Proxmox doesn't know: did you mean pica01?",
    ]);
  });
});
