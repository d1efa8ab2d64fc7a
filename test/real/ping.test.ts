import { describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { createProber } from '#adapters/probe/prober.ts';

const prober = createProber({ clock: systemClock, systems: {} });
const ping = (target: string) => prober.probe({ kind: 'ping', target, timeoutMs: 2_000, expect: {} });

describe('the real ping', () => {
  it('is answered by this machine, by name and address', async () => {
    expect(await ping('127.0.0.1')).toMatchObject({ ok: true, walked: ['ping'] });
    expect(await ping('localhost')).toMatchObject({ ok: true, walked: ['dns', 'ping'] });
  });

  it('is not answered by an address that nobody can have (RFC 1112)', async () => {
    expect(await ping('240.0.0.1')).toMatchObject({ ok: false, hop: 'ping' });
  });
});
