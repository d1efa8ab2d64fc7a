import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHeartbeat } from '#adapters/heartbeat/http-heartbeat.ts';
import { HttpSink } from '#test/lab/pager/http-sink.ts';

let sink: HttpSink;
beforeEach(async () => {
  sink = await HttpSink.start();
});
afterEach(() => sink.stop());

const heartbeat = (timeoutMs = 2_000) => createHeartbeat({ url: `${sink.url}/secret-uuid`, timeoutMs });
const failure = async (timeoutMs?: number): Promise<unknown> =>
  await heartbeat(timeoutMs)
    .beat()
    .catch((error: unknown) => error);

describe('heartbeat', () => {
  it('calls its address with GET', async () => {
    await heartbeat().beat();
    expect(sink.received).toMatchObject([{ method: 'GET', path: '/secret-uuid' }]);
  });

  it('says that it was not heard, and hides the address', async () => {
    sink.behaviour = { status: 404 };
    const refused = await failure();
    sink.behaviour = 'hang';
    const late = await failure(150);
    await sink.stop();
    const gone = await failure();
    sink = await HttpSink.start();
    expect(refused).toMatchObject({ code: 'heartbeat_failed', params: { reason: 'HTTP 404' } });
    expect(late).toMatchObject({ code: 'heartbeat_failed', params: { reason: 'no answer within 150 ms' } });
    expect(gone).toMatchObject({ code: 'heartbeat_failed', params: { reason: expect.stringContaining('ECONNREFUSED') } });
    expect(inspect([refused, late, gone], { depth: 9 })).not.toContain('secret-uuid');
  });

  it('stops when its signal aborts, with that reason', async () => {
    sink.behaviour = 'hang';
    const controller = new AbortController();
    const beating = heartbeat().beat(controller.signal);
    const enough = new Error('enough');
    controller.abort(enough);
    await expect(beating).rejects.toBe(enough);
  });
});
