import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { connectProxmox, type ConnectedHypervisor } from '#adapters/proxmox/connect-proxmox.ts';
import { makeAuthority, makeCertificate } from '#test/lab/tls/certificates.ts';
import { fingerprintOf, type StandIn, startStandIn, TOKEN } from './stand-in.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function server(...of: Parameters<typeof startStandIn>): Promise<StandIn> {
  const started = await startStandIn(...of);
  opened.push({ close: () => started.stop() });
  return started;
}

function connect({ url }: StandIn, fingerprint: string): ConnectedHypervisor {
  const hypervisor = connectProxmox({ hosts: [{ kind: 'api', url, fingerprint, token: TOKEN }], timeoutMs: 2_000, clock: systemClock });
  opened.unshift(hypervisor);
  return hypervisor;
}

const OTHER = Array.from({ length: 32 }, () => 'AB').join(':');

describe('the certificate of a host', () => {
  it('is accepted by its fingerprint alone, though it signed itself and is for another name', async () => {
    const it = await server(makeCertificate({ names: ['alice.example.org'] }));
    expect((await connect(it, it.fingerprint).cluster()).name).toBe('picasoft');
    expect(it.asked[0]?.token).toBe(`PVEAPIToken=${TOKEN}`);
  });

  it('is accepted when an authority signed it that nobody knows, as in a cluster', async () => {
    const it = await server(makeCertificate({ names: ['alice'], by: makeAuthority('Proxmox Virtual Environment') }));
    expect((await connect(it, it.fingerprint.toLowerCase()).cluster()).quorate).toBe(true);
  });

  it('is refused before a byte of the token is sent', async () => {
    const it = await server();
    await expect(connect(it, OTHER).cluster()).rejects.toMatchObject({
      code: 'hypervisor_fingerprint',
      params: { host: it.url.slice('https://'.length), expected: OTHER, got: it.fingerprint },
    });
    expect(it.asked).toEqual([]);
  });

  it('is refused too when it changes after the first look', async () => {
    const it = await server();
    const hypervisor = connect(it, it.fingerprint);
    await hypervisor.cluster();
    const another = makeCertificate({ names: ['127.0.0.1'] });
    const before = it.asked.length;
    it.show(another);
    await expect(hypervisor.cluster()).rejects.toMatchObject({
      code: 'hypervisor_fingerprint',
      params: { expected: it.fingerprint, got: fingerprintOf(another) },
    });
    expect(it.asked).toHaveLength(before);
  });

  it('is refused, though it is the pinned one, after its end', async () => {
    const it = await server(makeCertificate({ names: ['127.0.0.1'], from: Date.UTC(2020, 0), to: Date.UTC(2021, 0) }));
    await expect(connect(it, it.fingerprint).cluster()).rejects.toMatchObject({
      code: 'hypervisor_unreachable',
      params: { reason: expect.stringMatching(/expired/u) },
    });
    expect(it.asked).toEqual([]);
  });

  it('does not keep the next host from being asked, and is told when none answers', async () => {
    const [strange, good] = [await server(), await server()];
    const hosts = [
      { kind: 'api', url: strange.url, fingerprint: OTHER, token: TOKEN },
      { kind: 'api', url: good.url, fingerprint: good.fingerprint, token: TOKEN },
    ] as const;
    const hypervisor = connectProxmox({ hosts, timeoutMs: 2_000, clock: systemClock });
    opened.unshift(hypervisor);
    expect((await hypervisor.cluster()).quorate).toBe(true);
    await good.stop();
    opened.pop();
    await expect(hypervisor.cluster()).rejects.toMatchObject({ code: 'hypervisor_fingerprint' });
    expect(strange.asked).toEqual([]);
  });
});
