import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { askServer } from '#app/app/setup/chat-server.ts';
import { startMattermost } from '#test/lab/mattermost/server.ts';
import { makeCertificate } from '#test/lab/tls/certificates.ts';
import { SecureServer } from '#test/lab/tls/secure-server.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** What somebody reads who may not answer again. */
async function refusal(typed: string): Promise<string> {
  return await askServer({ asker: null, say: () => undefined }, typed).catch((error: unknown) => String(error));
}

async function answering(status: number, headers: Record<string, string>, text = ''): Promise<string> {
  const server: Server = createServer((_request, answer) => answer.writeHead(status, headers).end(text));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
}

describe("Mattermost's address", () => {
  it('is taken as browsers show it, in a team or a channel', async () => {
    const mattermost = await startMattermost();
    closing.push(() => mattermost.stop());
    const asked = await askServer({ asker: null, say: () => undefined }, `${mattermost.url}/picasoft/channels/town-square`);
    expect(asked).toBe(mattermost.url);
  });

  it.each([
    ['', 'is no address: write one such as https://team.example.org'],
    ['https://', 'is no address'],
    ['ftp://team.example.org', 'ftp:// is not spoken here: write https://'],
    ['http://team.example.org', 'http:// shows the tokens to everybody on the way: write https://team.example.org'],
    ['https://alice:secret@team.example.org', 'leave the account out of the address'],
    ['https://team.invalid', 'there is no team.invalid'],
    ['https://127.0.0.1:2', 'nobody listens at 127.0.0.1:2'],
  ])('%j is refused with what to do', async (typed, words) => {
    expect(await refusal(typed)).toContain(words);
  });

  it('of another web server is none', async () => {
    expect(await refusal(await answering(200, {}, '<!doctype html>'))).toContain('is no Mattermost: it answers a web page');
    expect(await refusal(await answering(404, {}, 'no'))).toContain('is no Mattermost: it answers HTTP 404');
  });

  it('that leads on is told where to', async () => {
    const url = await answering(301, { location: 'https://chat.example.org/api/v4/system/ping' });
    expect(await refusal(url)).toContain('leads on to https://chat.example.org: give that address');
  });

  it('whose certificate nobody trusts says how it is trusted', async () => {
    const server = await SecureServer.start(makeCertificate({ names: ['localhost', '127.0.0.1'] }));
    closing.push(() => server.stop());
    const words = await refusal(`https://127.0.0.1:${server.port}`);
    expect(words).toContain("shows a certificate that this machine doesn't trust");
    expect(words).toContain('NODE_EXTRA_CA_CERTS=');
  });

  it('of a server without TLS says so', async () => {
    const url = await answering(200, {}, 'plain');
    expect(await refusal(url.replace('http:', 'https:'))).toContain('speaks no TLS');
  });
});
