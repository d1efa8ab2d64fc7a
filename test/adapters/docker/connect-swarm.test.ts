import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { makeAuthority, makeCertificate } from '#test/lab/tls/certificates.ts';
import type { RequestListener } from 'node:http';
import { execFile } from 'node:child_process';
import { inspect, promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { connectSwarm, type SwarmConnection } from '#adapters/docker/connect-swarm.ts';
import { type DaemonStandIn, standIn } from './daemon-stand-in.ts';

const SERVICE = {
  ID: 'id1',
  Version: { Index: 7 },
  Spec: {
    Name: 'pad',
    TaskTemplate: { ContainerSpec: { Image: 'registry.lab/pad:1' } },
    Mode: { Replicated: { Replicas: 1 } },
  },
  ServiceStatus: { RunningTasks: 1 },
};
const REGISTRIES = { 'registry.lab': { username: 'vigie', password: 'pä$$word' } };

describe('the Docker adapter', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function reach(answer: RequestListener, timeoutMs = 2000): Promise<{ swarm: SwarmConnection; daemon: DaemonStandIn }> {
    const daemon = await standIn(answer);
    const swarm = connectSwarm({ kind: 'socket', path: daemon.path, registries: REGISTRIES, timeoutMs });
    open.push(swarm, daemon);
    return { swarm, daemon };
  }

  const json =
    (status: number, body: unknown): RequestListener =>
    (_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };

  it('gives up a request that is not answered in time, and says after how long', async () => {
    const { swarm, daemon } = await reach(() => {}, 50);
    await expect(swarm.services()).rejects.toMatchObject({
      code: 'swarm_unreachable',
      params: { host: daemon.path, reason: 'no answer within 50 ms' },
    });
  });

  it('gives up an answer that stops half-way', async () => {
    const { swarm } = await reach((_request, response) => void response.writeHead(200).write('[{"ID":'), 50);
    await expect(swarm.services()).rejects.toMatchObject({ code: 'swarm_unreachable' });
  });

  it('gives up an answer without end, such as the logs of a hundred tasks', { timeout: 30_000 }, async () => {
    const chunk = Buffer.alloc(1024 * 1024, 32);
    let sent = 0;
    const { swarm } = await reach((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        if (response.destroyed) return;
        sent += 1;
        response.write(chunk, () => setImmediate(more));
      };
      more();
    }, 20_000);
    await expect(swarm.services()).rejects.toMatchObject({ code: 'swarm_unreachable', params: { reason: 'more than 32 MB' } });
    expect(sent).toBeLessThan(100);
  });

  it('ends a request under way with the reason of its signal', async () => {
    const { swarm } = await reach(() => {});
    const abort = new AbortController();
    const reason = new Error('enough');
    const asked = swarm.services(abort.signal);
    setTimeout(() => abort.abort(reason), 20);
    await expect(asked).rejects.toBe(reason);
  });

  it('names what it cannot read in an answer', async () => {
    const { swarm } = await reach(json(200, [{ ...SERVICE, Version: {} }]));
    await expect(swarm.services()).rejects.toMatchObject({
      code: 'swarm_refused',
      params: { reason: expect.stringContaining('0.Version.Index') },
    });
  });

  it("gives Docker's own words for a refusal", async () => {
    const { swarm, daemon } = await reach(json(503, { message: 'This node is not ready.' }));
    await expect(swarm.nodes()).rejects.toMatchObject({
      code: 'swarm_refused',
      params: { host: daemon.path, reason: 'This node is not ready.' },
    });
  });

  it('asks for a newer Docker where tasks are not counted', async () => {
    const { ServiceStatus: _, ...old } = SERVICE;
    const { swarm } = await reach(json(200, [old]));
    await expect(swarm.services()).rejects.toMatchObject({ params: { reason: 'Docker 20.10 or newer is needed' } });
  });

  it("sends the credentials of the image's registry along with an update, once", async () => {
    const { swarm, daemon } = await reach((request, response) => json(200, request.method === 'POST' ? {} : [SERVICE])(request, response));
    await swarm.update('pad', 7, { image: 'registry.lab/pad:2' });
    const updates = daemon.requests.filter(({ method }) => method === 'POST');
    expect(updates.map(({ url }) => url)).toEqual(['/services/id1/update?version=7']);
    const header = String(updates[0]?.headers['x-registry-auth']);
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      username: 'vigie',
      password: 'pä$$word',
      serveraddress: 'registry.lab',
    });
  });

  it('does not send an update again that broke off', async () => {
    const { swarm, daemon } = await reach((request, response) =>
      request.method === 'POST' ? void request.socket.destroy() : json(200, [SERVICE])(request, response),
    );
    await expect(swarm.update('pad', 7, { replicas: 2 })).rejects.toMatchObject({ code: 'swarm_unreachable' });
    expect(daemon.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('tells an update that came too late from other refusals', async () => {
    const { swarm } = await reach((request, response) =>
      request.method === 'POST'
        ? json(500, { message: 'rpc error: code = Unknown desc = update out of sequence' })(request, response)
        : json(200, [SERVICE])(request, response),
    );
    await expect(swarm.update('pad', 7, { replicas: 2 })).rejects.toMatchObject({ code: 'service_changed' });
  });

  it('holds no secret in an error', async () => {
    const { swarm } = await reach(json(500, { message: 'broken' }));
    const error: unknown = await swarm.resolveImage('registry.lab/pad:2').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'swarm_refused' });
    const shown = inspect(error, { depth: 10, showHidden: true });
    expect(shown).toContain('broken');
    expect(shown).not.toContain('pä$$word');
    expect(shown).not.toMatch(/x-registry-auth/i);
  });

  it("shows Docker's own word about logs that it could not get", async () => {
    const own = 'Error grabbing logs: node pica02 is not available\n';
    const header = Buffer.from([3, 0, 0, 0, 0, 0, 0, own.length]);
    const { swarm } = await reach((request, response) => {
      const { url = '' } = request;
      if (url.includes('/logs')) response.writeHead(200).end(Buffer.concat([header, Buffer.from(own)]));
      else json(200, url.startsWith('/nodes') ? [] : [SERVICE])(request, response);
    });
    expect(await swarm.logs('pad', { since: 0, tail: 10 })).toEqual({
      lines: [],
      notes: [own.trim()],
      older: false,
      whole: true,
      levelless: 0,
    });
  });

  it.each([
    "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online.",
    'rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    'rpc error: code = Unknown desc = raft: failed to process the request: node lost leader status',
    'rpc error: code = Unavailable desc = transport is closing',
  ])('takes a Swarm without a leader for one that doesn’t answer: %s', async (message) => {
    const { swarm } = await reach(json(500, { message }));
    await expect(swarm.services()).rejects.toMatchObject({ code: 'swarm_unreachable', params: { reason: message } });
  });

  it('gives what came of a log that stalls, and says that there is more', async () => {
    const line = '2026-11-23T19:05:53.636438007Z com.docker.swarm.task.id=t1 hello\n';
    const { swarm } = await reach((request, response) => {
      const { url = '' } = request;
      if (url.includes('/logs'))
        response.writeHead(200).write(Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, line.length]), Buffer.from(line)]));
      else json(200, url.startsWith('/nodes') ? [] : [SERVICE])(request, response);
    });
    const { lines, whole } = await swarm.logs('pad', { since: 0, tail: 10 });
    expect(lines.map(({ text }) => text)).toEqual(['hello']);
    expect(whole).toBe(false);
  }, 15_000);

  it('gives nothing of a log that never begins, and says so', async () => {
    const { swarm } = await reach((request, response) => {
      const { url = '' } = request;
      if (!url.includes('/logs')) json(200, url.startsWith('/nodes') ? [] : [SERVICE])(request, response);
    }, 10_000);
    expect(await swarm.logs('pad', { since: 0, tail: 10 })).toEqual({ lines: [], notes: [], older: false, whole: false, levelless: 0 });
  }, 15_000);

  it('stops reading a log when its signal aborts', async () => {
    const { swarm } = await reach((request, response) => {
      const { url = '' } = request;
      if (url.includes('/logs')) response.writeHead(200).flushHeaders();
      else json(200, url.startsWith('/nodes') ? [] : [SERVICE])(request, response);
    });
    const reason = new Error('enough');
    const abort = new AbortController();
    setTimeout(() => abort.abort(reason), 100);
    await expect(swarm.logs('pad', { since: 0, tail: 10 }, abort.signal)).rejects.toBe(reason);
  });

  it('does not speak plain TCP to another machine', () => {
    expect(() => connectSwarm({ kind: 'tcp', host: '192.0.2.1', port: 2375, tls: null })).toThrow('needs TLS');
  });

  it.each([
    [['127.0.0.1'], 'swarm_refused', 1],
    [['localhost'], 'swarm_unreachable', 0],
    [['docker.example.org'], 'swarm_unreachable', 0],
  ])('speaks TLS to 127.0.0.1 with a daemon whose certificate is for %j: %s', async (names, code, requests) => {
    const authority = makeAuthority('docker');
    let asked = 0;
    const server = createTlsServer(
      { ...makeCertificate({ names, by: authority }), ca: authority.cert, requestCert: true },
      (_request, response) => {
        asked += 1;
        response.writeHead(400, { 'content-type': 'application/json' }).end('{"message":"no"}');
      },
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const tls = { ca: authority.cert, ...makeCertificate({ names: ['vigie'], by: authority }) };
    const swarm = connectSwarm({ kind: 'tcp', host: '127.0.0.1', port, tls });
    await expect(swarm.services()).rejects.toMatchObject({ code });
    expect(asked).toBe(requests);
    await swarm.close();
    server.close();
  });

  it('takes nothing from the environment', async () => {
    process.env['DOCKER_HOST'] = 'tcp://192.0.2.1:2375';
    try {
      const { swarm } = await reach(json(200, [SERVICE]));
      expect((await swarm.service('pad')).version).toBe(7);
    } finally {
      delete process.env['DOCKER_HOST'];
    }
  });

  it('costs no dockerode until it is used', async () => {
    const program = `
      const { connectSwarm } = await import('#adapters/docker/connect-swarm.ts');
      connectSwarm({ kind: 'socket', path: '/nowhere' });
      const { createRequire } = await import('node:module');
      const { cache } = createRequire(import.meta.url);
      const loaded = () => Object.keys(cache).some((path) => path.includes('dockerode'));
      const before = loaded();
      await import('dockerode');
      console.log(before, loaded());
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    expect(stdout.trim()).toBe('false true');
  });

  it('costs nothing of what dockerode builds images with', async () => {
    const program = `
      const { connect } = await import('#adapters/docker/connection.ts');
      const { docker } = await connect({ kind: 'socket', path: '/nowhere' }, 1_000);
      const { createRequire } = await import('node:module');
      const { cache } = createRequire(import.meta.url);
      console.log(typeof docker.listServices, Object.keys(cache).some((path) => /grpc|protobufjs/.test(path)));
      await import('@grpc/grpc-js');
      console.log(Object.keys(cache).some((path) => /grpc/.test(path)));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    expect(stdout.trim()).toBe('function false\ntrue');
  });
});
