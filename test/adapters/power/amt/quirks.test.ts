import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryFacts, powerOver } from '#test/lab/machines/lab-power.ts';
import { startAmtWeb, type AmtWeb } from '#test/lab/machines/amt-web.ts';
import { LabMachine } from '#test/lab/machines/lab-machine.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';

/** What AMT does that no other server would: each in the stand-in as people met it. */
let clock: WarpClock;
let machine: LabMachine;
let web: AmtWeb;
beforeEach(async () => {
  clock = new WarpClock(1);
  machine = new LabMachine('alice', clock);
  machine.lab.settle = 0;
  web = await startAmtWeb(machine);
});
afterEach(() => web.close());

const power = (
  password = machine.password,
  options: { readonly timeoutMs?: number; readonly memory?: ReturnType<typeof memoryFacts> } = {},
) => powerOver([{ machine: 'alice', web: web.port, password }], clock, options.memory, options.timeoutMs);
const state = async (of = power()): Promise<string> => (await of.state('alice')).state;

describe('a nonce that AMT wants no more', () => {
  it('is no refused password: the next one is taken', async () => {
    machine.lab.nonceUses = 1;
    const of = power();
    expect([await state(of), await state(of), await state(of)]).toEqual(['on', 'on', 'on']);
    expect([web.failures(), await of.refusals()]).toEqual([0, []]);
  });

  it('is used again as long as AMT takes it', async () => {
    const of = power();
    await state(of);
    const before = machine.seen.length;
    await state(of);
    expect(machine.seen.length - before).toBe(2);
  });
});

describe('a refused password', () => {
  it('is tried once, even by those who waited for their turn', async () => {
    const of = power('P@ssw0rt');
    const asked = await Promise.allSettled([of.state('alice'), of.state('alice'), of.events('alice'), of.change('alice', 'off')]);
    expect(asked.every((each) => each.status === 'rejected')).toBe(true);
    expect([web.failures(), machine.changes]).toEqual([1, []]);
  });

  it('is not tried again by the next vigie either', async () => {
    const memory = memoryFacts();
    await expect(state(power('P@ssw0rt', { memory }))).rejects.toMatchObject({ code: 'machine_password' });
    await expect(state(power('P@ssw0rt', { memory }))).rejects.toMatchObject({ code: 'machine_password' });
    expect(web.failures()).toBe(1);
  });

  it('is forgotten once the configuration has another one', async () => {
    const memory = memoryFacts();
    await expect(state(power('P@ssw0rt', { memory }))).rejects.toMatchObject({ code: 'machine_password' });
    expect(await state(power(machine.password, { memory }))).toBe('on');
  });

  it('keeps nothing by which it could be read', async () => {
    const memory = memoryFacts();
    await state(power('P@ssw0rt', { memory })).catch(() => undefined);
    const kept = await memory.fact('machine-refused:alice');
    expect(kept).toContain('"at"');
    expect(kept).not.toContain('P@ssw0rt');
  });

  it('is what a locked AMT says to the right one too, which then stops as well', async () => {
    for (let failures = 0; failures < 10; failures += 1) await state(power('P@ssw0rt')).catch(() => undefined);
    expect(web.failures()).toBe(10);
    const of = power();
    await expect(state(of)).rejects.toMatchObject({ code: 'machine_password' });
    await expect(state(of)).rejects.toMatchObject({ code: 'machine_password' });
    expect(web.failures()).toBe(10);
    clock.warp(5_100);
    expect(await of.again('alice')).toBe(true);
    expect(await state(of)).toBe('on');
  });
});

describe('an AMT that', () => {
  it('cuts a request off in the middle leaves in doubt whether it was heard', async () => {
    machine.lab.drop = 1;
    await expect(power().change('alice', 'off')).rejects.toMatchObject({ code: 'machine_unreachable' });
    expect(machine.changes).toEqual([]);
    machine.lab.deafen = 1;
    await expect(power().change('alice', 'off')).rejects.toMatchObject({ code: 'machine_unreachable' });
    expect(machine.changes).toEqual(['off']);
  });

  it('is slow is given up in words', async () => {
    machine.lab.slow = 300;
    await expect(state(power(machine.password, { timeoutMs: 100 }))).rejects.toMatchObject({
      code: 'machine_unreachable',
      params: { reason: 'no answer within 0.1 s' },
    });
  });

  it('is busy with the last change refuses the next one with a number', async () => {
    machine.lab.settle = 5_000;
    const of = power();
    await of.change('alice', 'cycle');
    await expect(of.change('alice', 'off')).rejects.toMatchObject({ code: 'machine_refused', params: { doing: 'off', value: 4099 } });
    expect(machine.changes).toEqual(['cycle']);
  });

  it('has its console open refuses to cut the power', async () => {
    machine.session = true;
    await expect(power().change('alice', 'off')).rejects.toMatchObject({ code: 'machine_refused', params: { value: 4097 } });
    await expect(power().change('alice', 'cycle')).rejects.toMatchObject({ code: 'machine_refused', params: { value: 4097 } });
  });

  it('has an empty log has no events', async () => {
    expect(await power().events('alice')).toEqual([]);
  });

  it('gives its log in parts is read to the end, the newest first', async () => {
    for (const offset of Array.from({ length: 33 }).keys()) machine.note(offset === 0 ? 4 : 15, offset % 15, offset === 0 ? 16 : 8);
    const events = await power().events('alice');
    expect(events).toHaveLength(33);
    expect(events.at(-1)).toEqual({ at: expect.any(Number), sensor: 'fan', code: '4.111.0', severe: true });
  });

  it('was told of another boot before is told to forget it first', async () => {
    machine.settings['UseIDER'] = 'true';
    machine.source = 'Intel(r) AMT: Force CD/DVD Boot';
    await power().bootOnce('alice', 'bios');
    expect([machine.source, machine.role, machine.settings['UseIDER'], machine.settings['BIOSSetup']]).toEqual([null, 1, 'false', 'true']);
  });
});
