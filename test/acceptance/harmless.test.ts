import { afterEach, describe, expect, it } from 'vitest';
import { Scene, textOf, until } from './scene.ts';
import { asked, backedUp, namesOn } from './told.ts';

const MINUTE_MS = 60_000;

let scene: Scene;
afterEach(() => scene.close());

/** What a member does a thousand times, or with the worst argument, without anybody else. */
describe('what needs no second person', () => {
  it('restores into no new name once the server’s disk would be too full, however many were made before', async () => {
    scene = await Scene.open();
    await backedUp(scene);
    const server = scene.databases.server('postgres');
    await asked(scene, 'restore pad --into pad_a', /✅ \*\*restore/u);
    server.disk = { sizeBytes: 10_000_000, freeBytes: 1_500_100 };
    const refused = textOf(await asked(scene, 'restore pad --into pad_b', /🚫/u));
    expect(refused).toMatch(/`postgres` would be 86% full: vigie stops at 85%/u);
    expect(namesOn(scene)).toEqual(['pad', 'pad_a']);
  });

  it('drills nothing on a disk that would be too full', async () => {
    scene = await Scene.open();
    await backedUp(scene);
    scene.databases.server('postgres').disk = { sizeBytes: 10_000_000, freeBytes: 1_000_000 };
    expect(textOf(await asked(scene, 'drill pad', /🚫/u))).toMatch(/would be 91\s?% full/u);
    expect(scene.databases.scratches).toEqual([]);
  });

  it('says in the plan of a restore how much room there is, and warns where that may be too little', async () => {
    scene = await Scene.open();
    await backedUp(scene);
    const open = async () => {
      const plan = await asked(scene, 'restore pad', /^⏳/u);
      await scene.who('alice').react(plan.id, 'x');
      await scene.reads(plan, /Refused/u);
      return textOf(plan);
    };
    expect(await open()).toMatch(/Room on the server's disk: 60.GB, it takes about/u);
    scene.databases.server('postgres').disk = { sizeBytes: 10_000_000, freeBytes: 1_000 };
    expect(await open()).toMatch(/that may be too little/u);
    scene.databases.server('postgres').disk = null;
    expect(await open()).toMatch(/Room on the server's disk: unknown/u);
  });

  it('backs a database up by hand again within a day only while there is room for the next of all', async () => {
    scene = await Scene.open();
    await backedUp(scene);
    await backedUp(scene, 'blog');
    // A dump has a few kB: so much is left to 85 % that one more fits, and the next of both don't.
    scene.places.main.otherBytes = 850_000_000 - 25_000;
    expect(textOf(await asked(scene, 'backup pad', /🚫/u))).toMatch(
      /`pad` has a good backup of .* already, and with another one now there would be no room/u,
    );
  });

  it('takes ten snapshots of a VM in a day, and the eleventh after it', { timeout: 60_000 }, async () => {
    scene = await Scene.open();
    const vmid = scene.hypervisor.known('admin').vmid;
    const at = scene.clock.now();
    scene.hypervisor.known('admin').snapshots = Array.from({ length: 10 }, (_, nth) => ({
      name: `vigie-20261128-${String(1000 + nth)}`,
      description: 'vigie p7k, alice',
      takenAt: at - (nth + 1) * MINUTE_MS,
      parent: null,
      withMemory: false,
      content: '',
    }));
    expect(textOf(await asked(scene, 'snapshot admin', /🚫/u))).toMatch(/`admin` has ten snapshots of the last day already/u);
    scene.clock.warp(24 * 60 * MINUTE_MS);
    await asked(scene, 'snapshot admin', /Done in/u);
    expect(await scene.hypervisor.snapshots(vmid)).toHaveLength(11);
  });

  it('asks somebody else before a service gets more tasks than a small host can bear', async () => {
    scene = await Scene.open();
    const plan = await asked(scene, 'scale pad 9999', /^⏳/u);
    expect(textOf(plan)).toMatch(/Waiting for 1 ✅ from somebody else/u);
    expect(textOf(await asked(scene, 'scale pad 4', /^⏳/u))).not.toMatch(/somebody else/u);
  });

  it('answers so many questions of one person at a time, and of others all the same', { timeout: 60_000 }, async () => {
    scene = await Scene.open();
    for (let nth = 0; nth < 8; nth += 1) scene.swarm.stallNext('logs');
    for (let nth = 0; nth < 8; nth += 1) await scene.say('alice', '@vigie logs pad');
    const refused = await scene.say('alice', '@vigie services');
    expect(textOf(await scene.reply(refused, /questions are being answered/u))).toMatch(/8 of your questions are being answered/u);
    await scene.say('bob', '@vigie services');
    await scene.post(/2 services/u);
  });

  it('takes so many operations of one person at a time, and of others all the same', { timeout: 60_000 }, async () => {
    scene = await Scene.open();
    for (let nth = 0; nth < 20; nth += 1) await scene.say('alice', `@vigie scale pad ${3 + nth}`);
    await until(async () => (await scene.vigiePosts()).filter((post) => post.message.startsWith('⏳')).length === 20, 'twenty plans');
    const refused = await scene.say('alice', '@vigie scale pad 2');
    expect(textOf(await scene.reply(refused, /of your operations wait or run/u))).toMatch(
      /20 of your operations wait or run; vigie takes 20/u,
    );
    await scene.say('bob', '@vigie scale blog 2');
    await scene.post(/⏳ \*\*scale blog/u);
  });
});
