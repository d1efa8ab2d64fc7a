import { createServer } from 'node:http';
import { afterAll, describe } from 'vitest';
import { connectLamp } from '#adapters/lamp/connect-lamp.ts';
import { MemoryLamp } from '#test/lab/lamp/memory-lamp.ts';
import { lampContract } from './lamp.contract.ts';

const lab = new MemoryLamp();
const server = createServer((request, response) => {
  if (request.method === 'PUT') void lab.turn(request.url === '/on').then(() => response.end());
  else void lab.turns().then((on) => response.end(on ? 'on' : 'off'));
});
afterAll(() => server.close());

describe('the lab', () => lampContract(async () => new MemoryLamp()));
describe('over HTTP', () =>
  lampContract(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return connectLamp(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  }));
