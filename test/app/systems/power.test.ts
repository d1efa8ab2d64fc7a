import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { power } from '#app/app/systems/power.ts';
import { lookAtMachines } from '#app/app/systems/power/doctor.ts';
import { powerStatus } from '#app/app/systems/power/status.ts';
import { machineTroubles, watchMachines } from '#pipeline/machines/watch.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { problemOf } from '#kernel/errors.ts';
import { connectConfiguredPower } from '#app/app/systems/power/connect.ts';
import { parseConfig } from '#config/load.ts';
import { added, PRIVATE_KEY, secretFile } from '#test/config/sample.ts';
import { LabPower, memoryFacts, powerOver } from '#test/lab/machines/lab-power.ts';
import { redfishOver } from '#test/lab/machines/redfish-power.ts';
import { RedfishWeb } from '#test/lab/machines/redfish-web.ts';
import { examination, examine } from './examine.ts';

let clock: ManualClock;
let lab: LabPower;
beforeEach(async () => {
  clock = new ManualClock();
  lab = await LabPower.open(clock);
});
afterEach(() => lab.close());

const wrong = () =>
  powerOver(
    lab.reached.map((reach) => ({ ...reach, password: 'P@ssw0rt' })),
    clock,
  );
const about = (names: readonly string[] | null) => ({ names });
const signal = AbortSignal.timeout(60_000);

describe('doctor, of machines', () => {
  it('says so when there is none', async () => {
    expect(await examine(power, examination())).toEqual([
      { what: 'machines', ok: true, absent: true, detail: 'none configured: no power, no console' },
    ]);
  });

  it('sees each with its state and its firmware', async () => {
    lab.bob.goOff();
    await clock.advance(1);
    expect(await lookAtMachines(lab.power, examination())).toEqual([
      { what: 'machine alice', ok: true, detail: 'on, AMT 11.8.50, build 3425' },
      { what: 'machine bob', ok: true, detail: 'off, AMT 11.8.50, build 3425' },
    ]);
  });

  it('names firmware that lets anybody in, with what to do', async () => {
    [lab.bob.version, lab.bob.build] = ['9.5.10', '1628'];
    const [, bob] = await lookAtMachines(lab.power, examination());
    expect(bob).toMatchObject({ what: 'machine bob', ok: false, detail: expect.stringContaining('CVE-2017-5689): update the firmware') });
  });

  it('names a controller that does not answer', async () => {
    lab.alice.lab.drop = 9;
    expect((await lookAtMachines(lab.power, examination()))[0]).toMatchObject({ what: 'machine alice', ok: false });
  });
});

describe('machines of the configuration', () => {
  it('are one list, whatever their controllers speak; sessions end with vigie', async () => {
    const web = await RedfishWeb.start(lab.alice);
    const ssh = `{ host: vigie@bounce, key: "\${file:${secretFile('bounce-key', PRIVATE_KEY)}}", host_key: "SHA256:${'A'.repeat(43)}" }`;
    const password = `"\${file:${secretFile('controller-password', web.password)}}"`;
    const amt = `"\${file:${secretFile('amt-password', 'P@ssw0rd')}}"`;
    const yaml = [
      'machines:',
      `  bob: { amt: { ssh: ${ssh}, web: "10.0.0.21:16992", password: ${amt} } }`,
      `  alice: { redfish: { web: "127.0.0.1:${web.port}", fingerprint: "${web.fingerprint}", user: ${web.user}, password: ${password} } }`,
    ].join('\n');
    const { config } = parseConfig(added(`${yaml}\n`), 'vigie.yaml');
    const connected = await connectConfiguredPower(config, { clock, facts: memoryFacts() });
    if (connected === null) throw new Error('machines are configured');
    expect(connected.machines().map(({ name, controller }) => `${name} ${controller}`)).toEqual(['bob AMT', 'alice Redfish']);
    expect((await connected.state('alice')).state).toBe('on');
    await expect(connected.screen('alice')).rejects.toMatchObject({ code: 'console_none' });
    await expect(connected.state('alcie')).rejects.toMatchObject({ code: 'machine_unknown', params: { known: ['bob', 'alice'] } });
    expect((await lookAtMachines(connected, examination()))[1]).toEqual({
      what: 'machine alice',
      ok: true,
      detail: 'on, Redfish 6.10.80.00',
    });
    expect(web.sessions.size).toBe(1);
    await connected.close();
    expect(web.sessions.size).toBe(0);
    await web.close();
  });

  it('that show another certificate are named by doctor, with the one that was seen', async () => {
    const web = await RedfishWeb.start(lab.alice);
    const { port, user, password } = web;
    const { power: one } = redfishOver({ machine: 'alice', port, fingerprint: 'AB:'.repeat(31) + 'AB', user, password }, clock);
    const told = (thrown: unknown): string => JSON.stringify(problemOf(thrown));
    const [finding] = await lookAtMachines(one, examination('', told));
    expect(finding).toMatchObject({ ok: false, detail: expect.stringContaining(`"got":"${web.fingerprint}"`) });
    await web.close();
  });
});

describe('status, of machines', () => {
  it('names what is off, with what to type', async () => {
    lab.bob.goOff();
    await clock.advance(1);
    expect(await powerStatus(lab.power, about(null), signal)).toEqual([
      { level: 'trouble', says: 'machine-power', about: { name: 'bob', controller: 'AMT', state: 'off' } },
      { level: 'well', says: 'machines', about: { on: 1, machines: 2 } },
    ]);
  });

  it('of one machine says what its controller says, and nothing of others', async () => {
    expect(await powerStatus(lab.power, about(['alice']), signal)).toEqual([
      { level: 'fact', says: 'machine-power', about: { name: 'alice', controller: 'AMT', state: 'on' } },
    ]);
    expect(await powerStatus(lab.power, about(['pad']), signal)).toEqual([]);
  });

  it('takes a controller that does not answer for trouble', async () => {
    lab.alice.lab.drop = 9;
    const [line] = await powerStatus(lab.power, about(['alice']), signal);
    expect(line).toMatchObject({ level: 'trouble', says: 'controller-silent', about: { problem: { code: 'machine_unreachable' } } });
  });
});

describe('the loop that looks at machines', () => {
  it('dates what it sees', async () => {
    const loop = watchMachines(lab.power, clock);
    const dated = async (): Promise<boolean> =>
      (await Promise.all(['alice', 'bob'].map((name) => lab.memory.fact(`machine-state:${name}`)))).every((each) => each !== null);
    await expect.poll(dated).toBe(true);
    await loop.stop();
    const began = clock.now();
    await clock.advance(3_600_000);
    expect((await lab.power.state('alice')).since).toBe(began);
    lab.alice.goOff();
    await clock.advance(1);
    expect((await lab.power.state('alice')).since).toBe(began + 3_600_001);
  });

  it('asks a controller that refused the password no second time', async () => {
    const power = wrong();
    for (let turns = 0; turns < 3; turns += 1) {
      const loop = watchMachines(power, clock);
      await expect.poll(async () => (await power.refusals()).length).toBe(2);
      await loop.stop();
    }
    expect(lab.failures()).toBe(1);
    const { 'vigie:machine': troubles } = await machineTroubles(power);
    expect(troubles?.map(({ key, document }) => [key, document])).toMatchObject([
      [{ machine: 'alice' }, { problem: { code: 'machine_password' } }],
      [{ machine: 'bob' }, { problem: { code: 'machine_password' } }],
    ]);
  });
});
