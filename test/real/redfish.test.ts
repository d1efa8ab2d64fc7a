import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene, textOf } from '#test/acceptance/scene.ts';
import { powerContract } from '#test/contract/power.contract.ts';
import { RedfishLab } from './machines/redfish-lab.ts';

/** A second is what the stand-in takes for a change. */
const SETTLE_MS = 1_200;

let lab: RedfishLab;
beforeAll(async () => {
  lab = await RedfishLab.open();
});
afterAll(() => lab.close());

powerContract('an emulator of Redfish in front of a machine in QEMU, through a bounce', async () => {
  const own = lab.power();
  return {
    power: own.power,
    stranger: lab.power({ password: 'another one' }).power,
    away: lab.power({ port: 1 }).power,
    boots: async () => (await lab.tell()).boots.map((boot) => (boot === 'network' ? 'pxe' : boot)),
    settled: () => sleep(SETTLE_MS),
    failures: async () => (await lab.tell()).failures,
    drop: async (requests) => void (await lab.tell({ drop: requests })),
    made: {
      board: { maker: 'Sushy Emulator', model: '' },
      processor: 'Xeon(R) E-2234',
      memory: [],
      diskBytes: 2_000_398_934_016,
      firmware: { version: '1.00', build: '', open: false },
    },
    possible: ['cycle', 'off', 'reset', 'shutdown'],
    refusal: 'HTTP 409 Base.1.0.GeneralError',
    close: () => own.close(),
  };
});

describe('a controller with Redfish', () => {
  it('is reached without a bounce, too, and no session is left behind', async () => {
    const before = (await lab.tell()).sessions;
    const own = lab.power({ bounced: false });
    expect((await own.power.state('alice')).state).toBe('off');
    expect((await own.power.inventory('alice')).diskBytes).toHaveLength(2);
    expect((await lab.tell()).sessions).toBe(before + 1);
    await own.close();
    expect((await lab.tell()).sessions).toBe(before);
  });

  it('is told nothing where it shows another certificate than the pinned one', async () => {
    const { seen } = await lab.tell();
    const fingerprint = 'AB:'.repeat(31) + 'AB';
    await expect(lab.power({ fingerprint }).power.state('alice')).rejects.toMatchObject({
      code: 'machine_fingerprint',
      params: { machine: 'alice', expected: fingerprint, got: lab.fingerprint },
    });
    expect((await lab.tell()).seen).toHaveLength(seen.length);
  });

  it('that forgot the session is given a new one, once, and is asked again', async () => {
    const own = lab.power();
    await own.power.state('alice');
    await lab.tell({ forget: true });
    expect((await own.power.state('alice')).state).toBe('off');
    expect(await own.power.refusals()).toEqual([]);
    await own.close();
  });

  it('tells of a log of several pages', async () => {
    const own = lab.power();
    const stranger = lab.power({ password: 'wrong again' });
    for (let times = 0; times < 12; times += 1) {
      await stranger.power.state('alice').catch(() => undefined);
      await stranger.power.again('alice');
    }
    const events = await own.power.events('alice');
    expect(events.filter(({ sensor }) => sensor === 'login').length).toBeGreaterThanOrEqual(12);
    expect(events.some(({ sensor }) => sensor === 'boot')).toBe(true);
    await own.close();
  });
});

describe('vigie, of a machine behind Redfish', () => {
  let scene: Scene;
  let own: ReturnType<RedfishLab['power']>;
  beforeAll(async () => {
    own = lab.power();
    scene = await Scene.open({ speed: 1, systems: { power: own.power } });
  });
  afterAll(async () => {
    await scene.close();
    await own.close();
  });

  const agreed = async (command: string): Promise<string> => {
    await scene.say('alice', `@vigie ${command}`);
    const post = await scene.post(new RegExp(`\\*\\*${command.split(' --')[0]}\\*\\*[^]*Waiting for`, 'u'));
    await scene.who('bob').react(post.id, 'white_check_mark');
    return textOf(await scene.reads(post, /Done in|Failed/u, 60_000));
  };

  it('switches it on, resets it into a boot from the network, and cuts its power', async () => {
    expect(await agreed('power-on alice')).toMatch(/`alice` is on, by Redfish's own word/u);
    await sleep(SETTLE_MS);
    expect(await agreed('reset alice --boot pxe')).toMatch(/`alice` began anew, its firmware noted the boot/u);
    expect((await lab.tell()).boots.at(-1)).toBe('network');
    await sleep(SETTLE_MS);
    expect(await agreed('power-off alice --hard')).toMatch(/Done in/u);
    expect((await lab.tell()).power).toBe('Off');
  });

  it('lets it end by itself, as its button does, where SSH does not reach it', async () => {
    await lab.machine('on');
    await lab.machine('wait', '120');
    expect(await agreed('power-off alice')).toMatch(/`alice` is off, by Redfish's own word/u);
    expect((await lab.tell()).power).toBe('Off');
    expect((await lab.tell()).resets.at(-1)).toBe('GracefulShutdown');
  });

  it('tells what it is made of', async () => {
    await scene.say('zoe', '@vigie machine alice');
    const text = textOf(await scene.post(/Event log/u)).replaceAll(/[\u00a0\u202f]/gu, ' ');
    expect(text).toMatch(/Redfish 🟢/u);
    expect(text).toMatch(/Board `Sushy Emulator`[^]*BIOS `2\.14\.1`[^]*Xeon\(R\) E-2234[^]*2 disks: 2 TB, 2 TB[^]*Redfish `1\.00`/u);
  });
});
