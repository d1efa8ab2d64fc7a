import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#test/lab/clock.ts';
import { memoryFacts } from '#test/lab/machines/lab-power.ts';
import { LabMachine } from '#test/lab/machines/lab-machine.ts';
import { redfishOver, type RedfishReach } from '#test/lab/machines/redfish-power.ts';
import { members, refused, RedfishWeb, SYSTEM } from '#test/lab/machines/redfish-web.ts';

const SESSIONS = '/redfish/v1/SessionService/Sessions';
const ENTRIES = '/redfish/v1/Managers/iDRAC.Embedded.1/LogServices/Sel/Entries';

let clock: ManualClock;
let machine: LabMachine;
let web: RedfishWeb;
beforeEach(async () => {
  clock = new ManualClock();
  machine = new LabMachine('alice', clock);
  web = await RedfishWeb.start(machine);
});
afterEach(() => web.close());

const reach = (change: Partial<RedfishReach> = {}): RedfishReach => ({
  machine: 'alice',
  port: web.port,
  fingerprint: web.fingerprint,
  user: web.user,
  password: web.password,
  ...change,
});
const over = (change: Partial<RedfishReach> = {}) => redfishOver(reach(change), clock);
const logins = (): number => web.seen.filter((call) => call === `POST ${SESSIONS}`).length;

describe('a session', () => {
  it('is begun once for many questions, and ended', async () => {
    const own = over();
    const { power } = own;
    await power.state('alice');
    await power.events('alice');
    await power.change('alice', 'reset');
    expect([logins(), web.sessions.size]).toEqual([1, 1]);
    await own.close();
    expect(web.sessions.size).toBe(0);
    await own.close();
  });

  it('keeps nobody who stops from stopping', async () => {
    const own = over();
    await own.power.state('alice');
    machine.lab.drop = 1;
    await own.close();
    expect(web.sessions.size).toBe(1);
  });

  it('that the controller forgot is begun anew, once; what was asked is done once', async () => {
    const { power } = over();
    await power.state('alice');
    web.sessions.clear();
    await power.change('alice', 'reset');
    expect(logins()).toBe(2);
    expect(machine.changes).toEqual(['reset']);
  });

  it('is no way around a refusal: what says no to a new session is not asked in circles', async () => {
    web.reactions.set(`GET ${SYSTEM}`, refused(401, 'Base.1.12.NoValidSession'));
    await expect(over().power.state('alice')).rejects.toMatchObject({
      code: 'machine_refused',
      params: { doing: 'ask', value: 'HTTP 401 Base.1.12.NoValidSession' },
    });
    expect(logins()).toBeLessThanOrEqual(2);
  });

  it.each([401, 403])('that is refused with %d is asked for once, over restarts too', async (status) => {
    const memory = memoryFacts();
    web.reactions.set(`POST ${SESSIONS}`, refused(status, 'Base.1.12.NoValidSession'));
    const asked = async (change: Partial<RedfishReach> = {}): Promise<unknown> =>
      await redfishOver(reach(change), clock, memory).power.state('alice');
    await expect(asked()).rejects.toMatchObject({ code: 'machine_password' });
    await expect(asked()).rejects.toMatchObject({ code: 'machine_password' });
    expect(logins()).toBe(1);
    web.reactions.clear();
    web.password = 'the right one';
    expect(await asked({ password: 'the right one' })).toMatchObject({ state: 'on' });
  });

  it('that the controller has no room for is no refused password', async () => {
    web.reactions.set(`POST ${SESSIONS}`, refused(503, 'Base.1.12.SessionLimitExceeded'));
    const { power } = over();
    await expect(power.state('alice')).rejects.toMatchObject({
      code: 'machine_refused',
      params: { value: 'HTTP 503 Base.1.12.SessionLimitExceeded' },
    });
    expect(await power.refusals()).toEqual([]);
  });

  it('is asked of nobody who does not say that it speaks Redfish', async () => {
    web.reactions.set('GET /redfish/v1/', { status: 200, body: { hello: 'world' } });
    await expect(over().power.state('alice')).rejects.toMatchObject({ code: 'machine_unreachable' });
    expect(logins()).toBe(0);
  });
});

describe('the certificate', () => {
  it('is looked at before anything is sent, and the one that was seen is named', async () => {
    const fingerprint = 'AB:'.repeat(31) + 'AB';
    await expect(over({ fingerprint }).power.state('alice')).rejects.toMatchObject({
      code: 'machine_fingerprint',
      params: { machine: 'alice', expected: fingerprint, got: web.fingerprint },
    });
    expect(web.seen).toEqual([]);
  });

  it('may be written in small letters', async () => {
    expect((await over({ fingerprint: web.fingerprint.toLowerCase() }).power.state('alice')).state).toBe('on');
  });

  it('of what speaks no TLS is none', async () => {
    const plain = createServer((socket) => socket.end('HTTP/1.0 400 no\r\n\r\n'));
    const port = await listening(plain);
    await expect(over({ port }).power.state('alice')).rejects.toMatchObject({ code: 'machine_unreachable' });
    plain.close();
  });

  it('is waited for no longer than a question may take', async () => {
    const silent = createServer(() => undefined);
    const port = await listening(silent);
    await expect(over({ port, timeoutMs: 200 }).power.state('alice')).rejects.toMatchObject({
      code: 'machine_unreachable',
      params: { reason: 'no answer within 0.2 s' },
    });
    silent.close();
  });
});

describe('an answer', () => {
  it.each([
    ['that is no JSON', { status: 200, body: [1, 2] }],
    ['that is empty', { status: 200 }],
  ])('%s is none', async (_what, reaction) => {
    web.reactions.set(`GET ${SYSTEM}`, reaction);
    await expect(over().power.state('alice')).rejects.toMatchObject({ code: 'machine_unreachable' });
  });

  it('that leads elsewhere is not followed', async () => {
    web.reactions.set(`GET ${SYSTEM}`, { status: 307, headers: { location: 'https://192.0.2.1/' } });
    await expect(over().power.state('alice')).rejects.toMatchObject({ code: 'machine_refused', params: { value: 'HTTP 307' } });
  });

  it('without end is not read to its end', async () => {
    web.reactions.set(`GET ${SYSTEM}`, { status: 200, body: { PowerState: 'x'.repeat(5 * 1024 * 1024) } });
    await expect(over().power.state('alice')).rejects.toMatchObject({
      code: 'machine_unreachable',
      params: { reason: 'more than 4194304 bytes' },
    });
  });

  it.each([
    ['PoweringOn', 'unknown'],
    ['PoweringOff', 'unknown'],
    ['Paused', 'asleep'],
    ['', 'unknown'],
  ])('%j is not said to be on, or off, before it is', async (PowerState, state) => {
    web.reactions.set(`GET ${SYSTEM}`, { status: 200, body: { PowerState } });
    expect(await over().power.state('alice')).toMatchObject({ state, code: PowerState, possible: [] });
  });
});

describe('a change', () => {
  it('is asked for only where the controller lists it', async () => {
    web.resets = ['On', 'ForceOff', 'ForceRestart'];
    const { power } = over();
    expect((await power.state('alice')).possible).toEqual(['off', 'reset']);
    await expect(power.change('alice', 'cycle')).rejects.toMatchObject({
      code: 'machine_refused',
      params: { doing: 'cycle', value: 'no ResetType PowerCycle' },
    });
    expect(machine.changes).toEqual([]);
  });

  it('may be listed in a resource of its own', async () => {
    web.resets = [];
    expect((await over().power.state('alice')).possible).toEqual(['off']);
  });

  it('is no change where the controller says no', async () => {
    web.reactions.set(`POST ${SYSTEM}/Actions/ComputerSystem.Reset`, refused(409, 'IDRAC.2.8.PSU501'));
    await expect(over().power.change('alice', 'reset')).rejects.toMatchObject({
      code: 'machine_refused',
      params: { doing: 'reset', value: 'HTTP 409 IDRAC.2.8.PSU501' },
    });
  });
});

describe('the next boot', () => {
  it('is ordered of what was read: where something else changed it meanwhile, it is read again', async () => {
    const { power } = over();
    await power.state('alice');
    web.reactions.set(`GET ${SYSTEM}`, stale());
    await expect(power.bootOnce('alice', 'bios')).rejects.toMatchObject({ code: 'machine_refused', params: { value: /^HTTP 412/u } });
    expect(web.seen.filter((call) => call === `PATCH ${SYSTEM}`)).toHaveLength(2);
    web.reactions.clear();
    web.touch();
    await power.bootOnce('alice', 'bios');
    await power.change('alice', 'reset');
    expect(machine.boots).toEqual(['bios']);
  });

  it('is refused where the controller does not offer it, or does not keep it', async () => {
    const { power } = over();
    const { reactions } = web;
    reactions.set(`GET ${SYSTEM}`, boot({ 'BootSourceOverrideTarget@Redfish.AllowableValues': ['Hdd'] }));
    await expect(power.bootOnce('alice', 'pxe')).rejects.toMatchObject({ params: { value: 'no BootSourceOverrideTarget Pxe' } });
    reactions.set(
      `GET ${SYSTEM}`,
      boot({ BootSourceOverrideEnabled: 'Continuous', 'BootSourceOverrideTarget@Redfish.AllowableValues': ['Pxe'] }),
    );
    reactions.set(`PATCH ${SYSTEM}`, { status: 200, body: {} });
    await expect(power.bootOnce('alice', 'pxe')).rejects.toMatchObject({ params: { value: 'BootSourceOverride Continuous ?' } });
    reactions.set(`PATCH ${SYSTEM}`, { status: 202, body: {} });
    await power.bootOnce('alice', 'pxe');
  });
});

describe('which system', () => {
  beforeEach(() => {
    web.reactions.set('GET /redfish/v1/Systems', { status: 200, body: members('/redfish/v1/Systems/1', SYSTEM) });
  });

  it('has to be said where there are several', async () => {
    await expect(over().power.state('alice')).rejects.toMatchObject({
      code: 'machine_systems',
      params: { system: null, known: ['1', 'System.Embedded.1'] },
    });
    expect((await over({ system: 'System.Embedded.1' }).power.state('alice')).state).toBe('on');
  });

  it('has to be one that there is', async () => {
    await expect(over({ system: 'Node2' }).power.state('alice')).rejects.toMatchObject({
      code: 'machine_systems',
      params: { system: 'Node2' },
    });
  });
});

describe('the event log', () => {
  it('is read over its pages, the newest first, what is grave marked', async () => {
    for (let count = 0; count < 8; count += 1) machine.note(count === 3 ? 6 : 15, 1, count === 3 ? 16 : 8);
    const events = await over().power.events('alice');
    expect(events).toHaveLength(8);
    expect(events.filter(({ severe }) => severe)).toMatchObject([{ sensor: 'login', code: 'USR0031' }]);
  });

  it('that leads in a circle is read once', async () => {
    const Members = [{ Created: '2026-11-28T10:00:00+01:00', SensorType: 'Fan', Severity: 'Critical', MessageId: 'FAN0001' }];
    web.reactions.set(`GET ${ENTRIES}`, { status: 200, body: { Members, 'Members@odata.nextLink': ENTRIES } });
    expect(await over().power.events('alice')).toEqual([{ at: Date.UTC(2026, 10, 28, 9), sensor: 'fan', code: 'FAN0001', severe: true }]);
  });

  it('may lack: then the machine itself says when it last began anew', async () => {
    web.reactions.set('GET /redfish/v1/Managers/iDRAC.Embedded.1/LogServices', refused(404, 'Base.1.12.ResourceMissingAtURI'));
    const { power } = over();
    expect(await power.events('alice')).toEqual([]);
    web.reactions.set(`GET ${SYSTEM}`, { status: 200, body: { LastResetTime: '2026-11-28T09:00:00Z' } });
    expect(await power.events('alice')).toEqual([{ at: Date.UTC(2026, 10, 28, 9), sensor: 'boot', code: 'LastResetTime', severe: false }]);
  });
});

function boot(values: object) {
  return { status: 200, body: { PowerState: 'On', Boot: values } };
}

/** As it was before somebody else changed it. */
function stale() {
  return { status: 200, headers: { etag: 'W/"0"' }, body: { Boot: { 'BootSourceOverrideTarget@Redfish.AllowableValues': ['BiosSetup'] } } };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
