import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startHttp, type HttpServer } from '#adapters/http/server.ts';
import { systemClock } from '#kernel/clock.ts';

const TOKEN = 'k'.repeat(26);
const HOOK = '/hooks/commands/abcdefghijklmnopqrstuvwxyz';
let mattermost: Server;
let vigie: HttpServer;
const heard: { readonly path: string; readonly body: unknown }[] = [];
const warned = vi.fn();
let answer = Promise.withResolvers<string>();

beforeEach(async () => {
  heard.length = 0;
  warned.mockClear();
  answer = Promise.withResolvers<string>();
  mattermost = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      heard.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => mattermost.listen(0, '127.0.0.1', resolve));
  const address = mattermost.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  vigie = await startHttp({
    host: '127.0.0.1',
    port: 0,
    mattermost: { url: `http://127.0.0.1:${port}`, slashTokens: [TOKEN] },
    gateway: { slash: () => answer.promise, click: async () => '', local: async () => ({ ok: true }) },
    clock: systemClock,
    ready: async () => [],
    metrics: { contentType: 'text/plain', text: async () => '' },
    log: { warn: warned },
  });
});
afterEach(async () => {
  await vigie.close();
  await new Promise((resolve) => mattermost.close(resolve));
});

async function type(responseUrl: string): Promise<unknown> {
  const id = 'a'.repeat(26);
  const fields = {
    token: TOKEN,
    trigger_id: 't',
    command: '/ops',
    text: 'services',
    user_id: id,
    channel_id: id,
    response_url: responseUrl,
  };
  const response = await fetch(`${vigie.url}/mattermost/command`, { method: 'POST', body: new URLSearchParams(fields) });
  expect(response.status).toBe(200);
  return await response.json();
}

describe('an answer that takes longer than the acknowledgement', () => {
  it('is given a second time, in private, through the response URL', async () => {
    expect(await type(`https://team.example.org${HOOK}`)).toEqual({});
    expect(heard).toEqual([]);
    answer.resolve('here it is');
    await vi.waitFor(() => expect(heard).toEqual([{ path: HOOK, body: { response_type: 'ephemeral', text: 'here it is' } }]));
  });

  it('goes to the configured Mattermost and to no other path, wherever the URL leads', async () => {
    await type('http://169.254.169.254/latest/meta-data');
    answer.resolve('secret');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toEqual([]);
    expect(warned).not.toHaveBeenCalled();
  });

  it('that fails is logged, and breaks nothing', async () => {
    expect(await type(HOOK)).toEqual({});
    answer.reject(new Error('the store is gone'));
    await vi.waitFor(() => expect(warned).toHaveBeenCalledTimes(1));
    expect(heard).toEqual([]);
  });
});
