import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { createProber } from '#adapters/probe/prober.ts';
import { DnsServer } from '#test/lab/dns/server.ts';
import { closedPort, looker, tcpServer } from './prober.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('probe tcp', () => {
  const look = looker('tcp');

  it('is well where somebody listens', async () => {
    const server = await tcpServer(() => undefined);
    stops.push(server.stop);
    expect(await look(`127.0.0.1:${server.port}`)).toMatchObject({ ok: true, hop: null, problem: null, value: null, walked: ['connect'] });
    expect(await look(`localhost:${server.port}`)).toMatchObject({ ok: true, walked: ['dns', 'connect'] });
  });

  it('names the connection where nobody does', async () => {
    const port = await closedPort();
    const result = await look(`127.0.0.1:${port}`);
    expect(result).toMatchObject({ ok: false, hop: 'connect', problem: { code: 'probe_broken', params: { hop: 'connect' } } });
    expect(result.detail).toContain('ECONNREFUSED');
  });

  it('names the name that leads nowhere', async () => {
    expect(await look('nowhere.invalid:80')).toMatchObject({ ok: false, hop: 'dns', walked: ['dns'] });
  });

  it.each(['127.0.0.1', '127.0.0.1:0', '127.0.0.1:70000', '-c:80', 'a b:80', 'host:80/x'])('refuses the target %s', async (target) => {
    await expect(look(target)).rejects.toMatchObject({ code: 'probe_invalid', params: { kind: 'tcp', target } });
  });

  it('refuses expectations that it does not know', async () => {
    await expect(look('127.0.0.1:80', { status: 200 })).rejects.toMatchObject({ code: 'probe_invalid' });
  });

  it('stops when its signal aborts, with that reason', async () => {
    const enough = new Error('enough');
    const prober = createProber({ clock: systemClock, systems: {} });
    const probing = prober.probe({ kind: 'tcp', target: '127.0.0.1:9', expect: {}, timeoutMs: 1_000 }, AbortSignal.abort(enough));
    await expect(probing).rejects.toBe(enough);
  });
});

describe('probe dns', () => {
  let server: DnsServer;
  beforeAll(async () => {
    server = await DnsServer.start({
      // The slip of the pen: .57.60 for .148.60.
      'team.example.org': { A: ['91.224.148.57', '91.224.57.60'] },
      'six.example.org': { A: ['192.0.2.1'], AAAA: ['2001:db8::1'] },
      'empty.example.org': {},
    });
  });
  afterAll(() => server.stop());
  const look = looker('dns');
  const ask = (name: string, addresses?: readonly string[]) =>
    look(name, { server: server.address, ...(addresses === undefined ? {} : { addresses }) });

  it('is well when a name leads to exactly what it should, in any order', async () => {
    expect(await ask('team.example.org', ['91.224.57.60', '91.224.148.57'])).toMatchObject({ ok: true, walked: ['dns', 'records'] });
    expect(await ask('six.example.org', ['192.0.2.1', '2001:0db8:0::1'])).toMatchObject({ ok: true });
    expect(await ask('six.example.org')).toMatchObject({ ok: true });
  });

  it('names the address that should not be there, and the one that lacks', async () => {
    expect(await ask('team.example.org', ['91.224.148.57', '91.224.148.60'])).toMatchObject({
      ok: false,
      hop: 'records',
      problem: { code: 'probe_records', params: { unexpected: ['91.224.57.60'], missing: ['91.224.148.60'] } },
      detail: '+91.224.57.60 -91.224.148.60',
    });
  });

  it('does not overlook an IPv6 address that nobody expects', async () => {
    expect(await ask('six.example.org', ['192.0.2.1'])).toMatchObject({
      ok: false,
      problem: { params: { unexpected: ['2001:db8::1'], missing: [] } },
    });
  });

  it('tells a name without addresses from one that does not exist', async () => {
    expect(await ask('empty.example.org')).toMatchObject({ ok: false, hop: 'records', problem: { code: 'probe_records' } });
    expect(await ask('nowhere.example.org')).toMatchObject({ ok: false, hop: 'dns', problem: { code: 'probe_unresolved' } });
  });

  it('gives up on a server that does not answer', async () => {
    const mute = await DnsServer.start({});
    mute.answers = false;
    stops.push(() => mute.stop());
    expect(await look('team.example.org', { server: mute.address }, 300)).toMatchObject({ ok: false, hop: 'dns' });
  });

  it('refuses an expected address that is none', async () => {
    await expect(ask('team.example.org', ['91.224.148.570'])).rejects.toMatchObject({ code: 'probe_invalid' });
  });
});

describe('probe ping', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigie-ping-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** A program in the place of `ping`, which fast tests can't count on. */
  async function stand(name: string, script: string): Promise<ReturnType<typeof looker>> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return looker('ping', { ping: path });
  }

  it('asks once, with its time limit, for the address alone', async () => {
    const look = await stand('arguments', `printf '%s ' "$@" > ${folder}/asked`);
    expect(await look('127.0.0.1', {}, 2_500)).toMatchObject({ ok: true, walked: ['ping'] });
    expect((await readFile(`${folder}/asked`, 'utf8')).trim()).toBe('-n -c 1 -W 3 127.0.0.1');
  });

  it('resolves a name first', async () => {
    const look = await stand('well', 'exit 0');
    expect(await look('localhost')).toMatchObject({ ok: true, walked: ['dns', 'ping'] });
    expect(await look('nowhere.invalid')).toMatchObject({ ok: false, hop: 'dns' });
  });

  it('tells silence from a ping that could not try', async () => {
    expect(await (await stand('silent', 'exit 1'))('127.0.0.1')).toMatchObject({
      ok: false,
      hop: 'ping',
      problem: { code: 'probe_silent', params: { target: '127.0.0.1', address: '127.0.0.1' } },
    });
    expect(await (await stand('broken', 'echo "connect: Network is unreachable" >&2; exit 2'))('127.0.0.1')).toMatchObject({
      ok: false,
      hop: 'ping',
      problem: { code: 'probe_broken', params: { reason: 'connect: Network is unreachable' } },
    });
  });

  it('gives up on a ping that does not end', async () => {
    const look = await stand('endless', 'exec sleep 30');
    expect(await look('127.0.0.1', {}, 200)).toMatchObject({
      ok: false,
      hop: 'ping',
      problem: { code: 'probe_late', params: { limit: 200 } },
    });
  });

  it('is impossible without the program', async () => {
    await expect(looker('ping', { ping: join(folder, 'none') })('127.0.0.1')).rejects.toMatchObject({ code: 'probe_impossible' });
  });

  it.each(['-f', '--flood', 'a;b', '$(x)', 'a b', ''])('refuses the target %o', async (target) => {
    await expect(looker('ping')(target)).rejects.toMatchObject({ code: 'probe_invalid' });
  });
});
