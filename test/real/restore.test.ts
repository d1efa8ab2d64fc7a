import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectSwarm, type SwarmConnection } from '#adapters/docker/connect-swarm.ts';
import { Scene, textOf, until } from '#test/acceptance/scene.ts';
import { asked, idOf } from '#test/acceptance/told.ts';
import { folderBackups } from '#test/crash/folder-backups.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { configured, type RealEngine, type RealServer, startServer } from './database-lab.ts';
import { LAB } from './swarm.ts';

const YES = 'white_check_mark';
/** Stopping and starting real containers takes its time. */
const SLOW_MS = 150_000;
const ROWS = 500;

const CONTENT: Readonly<Record<RealEngine, readonly string[]>> = {
  postgres: [
    `create table notes (id serial primary key, text text not null)`,
    `insert into notes (text) select 'l’été n° ' || i from generate_series(1, ${ROWS}) i`,
    `create table people (id serial primary key, name text not null)`,
    `insert into people (name) select 'person ' || i from generate_series(1, 12) i`,
  ],
  mariadb: [
    `create table notes (id int auto_increment primary key, text text not null)`,
    `insert into notes (text) select concat('l’été n° ', seq) from seq_1_to_${ROWS}`,
    `create table people (id int auto_increment primary key, name text not null)`,
    `insert into people (name) select concat('person ', seq) from seq_1_to_12`,
  ],
};
/** Somebody's mistake. */
const MISTAKE = ['delete from notes where id > 5', 'drop table people'];

describe.each(['postgres', 'mariadb'] as const)('a restore of a real %s in a Swarm', (engine) => {
  const [service, web] = [`story-${engine}`, `story-${engine}-web`];
  let server: RealServer;
  let swarm: SwarmConnection;
  let scene: Scene;
  let folder: string;

  beforeAll(async () => {
    const pad = configured(engine, { server: { kind: 'service', name: service }, usedBy: [web] });
    server = await startServer({ engine, service, node: 'pica02', way: 'socket', databases: [pad] });
    await server.swarm.createService({ name: web, image: `${server.swarm.registry}/x:v1`, replicas: 1 });
    swarm = connectSwarm({ kind: 'socket', path: server.swarm.socketPath });
  });
  afterAll(async () => {
    await swarm?.close();
    await server?.swarm.removeService(web);
    await server?.close();
  });
  beforeEach(async () => {
    await reset();
    folder = await mkdtemp(join(tmpdir(), 'vigie-restore-'));
    scene = await Scene.open({ swarm, speed: 1, systems: { databases: server.databases }, parts: { backups: folderBackups(folder) } });
  });
  afterEach(async () => {
    await scene.close();
    await rm(folder, { recursive: true, force: true });
  });

  const administration = engine === 'postgres' ? 'postgres' : 'mysql';
  const names = async (): Promise<readonly string[]> => await server.databases.databases('pad');
  const run = async (statements: readonly string[]): Promise<void> => void (await server.sql('pad', `${statements.join(';\n')};`));

  async function reset(): Promise<void> {
    const there = (await names()).filter((name) => name === 'pad' || name.includes('_vigie_'));
    const drop = (name: string): string => (engine === 'postgres' ? `drop database "${name}" with (force)` : `drop database \`${name}\``);
    for (const name of there) await server.sql(administration, drop(name));
    await server.sql(administration, 'create database pad');
    await run(CONTENT[engine]);
  }

  /** Every row of every table, as the server prints it. */
  async function rows(database = 'pad'): Promise<string> {
    const { tables } = await server.databases.look('pad', database);
    const all = tables.map(({ name }) => server.sql(database, `select * from ${name} order by 1;`));
    return (await Promise.all(all)).map((text, index) => `${tables[index]?.name}\n${text}`).join('\n');
  }

  async function backup(): Promise<string> {
    return idOf(await ends(await asked(scene, 'backup pad', /\*\*backup pad/u), /^(?:✅|❌)/u, /^✅/u));
  }

  /** Alice asks, Bob approves. */
  async function approved(command: string): Promise<SeenPost> {
    const plan = await asked(scene, command, /^⏳/u);
    await scene.who('bob').react(plan.id, YES);
    return plan;
  }

  /** Waits for the end of a post's story, which has to read like this. */
  async function ends(post: SeenPost, end: RegExp, wanted: RegExp): Promise<SeenPost> {
    const last = await until(
      async () => {
        const now = await scene.admin.me.post(post.id);
        return end.test(textOf(now)) ? now : undefined;
      },
      `the post to read ${end}`,
      () => scene.transcript(),
      SLOW_MS,
    );
    expect(textOf(last)).toMatch(wanted);
    return last;
  }

  const succeeds = async (command: string): Promise<SeenPost> => await ends(await approved(command), /^(?:✅|❌|❓)/u, /^✅/u);

  it(
    'brings every row back, the service is stopped meanwhile, and undoing it brings the mistake back',
    { timeout: 4 * SLOW_MS },
    async () => {
      const whole = await rows();
      const id = await backup();
      await run(MISTAKE);
      const broken = await rows();
      const before = (await swarm.tasks(web)).map((task) => task.id);
      const restored = await succeeds(`restore pad --from ${id}`);
      expect(await rows()).toBe(whole);
      expect(await names()).toContain(`pad_vigie_old_${idOf(restored)}`);
      expect((await swarm.service(web)).running).toBe(1);
      // Another task than before: it was stopped, and started again.
      expect((await swarm.tasks(web)).filter(({ state }) => state === 'running').some((task) => before.includes(task.id))).toBe(false);
      await succeeds(`restore-undo ${idOf(restored)}`);
      expect(await rows()).toBe(broken);
      expect((await swarm.service(web)).running).toBe(1);
    },
  );

  it(
    'holds while a client keeps writing: all of the dump is there, and all that was written is kept beside',
    { timeout: 3 * SLOW_MS },
    async () => {
      const whole = await rows();
      const id = await backup();
      let [written, stop] = [0, false];
      const writing = (async () => {
        while (!stop) {
          // Nobody can write in the moment of the swap.
          await run([`insert into notes (text) values ('written ${written}')`]).then(
            () => (written += 1),
            () => undefined,
          );
        }
      })();
      const restored = await succeeds(`restore pad --from ${id}`);
      stop = true;
      await writing;
      const kept = await rows(`pad_vigie_old_${idOf(restored)}`);
      const live = await rows();
      const inBoth = [...Array(written).keys()].filter(
        (index) => kept.includes(`written ${index}\n`) || live.includes(`written ${index}\n`),
      );
      expect(whole.split('\n').filter((line) => !live.includes(line))).toEqual([]);
      expect(inBoth).toHaveLength(written);
      expect(written).toBeGreaterThan(5);
    },
  );

  it('refuses a dump whose checksum is wrong, and touches nothing', { timeout: 2 * SLOW_MS }, async () => {
    const id = await backup();
    const [dump] = (await folderBackups(folder).places.main.list('databases')).filter(({ path }) => path.endsWith('.dump'));
    const [copy] = ((await folderBackups(folder).places.copies[0]?.place.list('databases')) ?? []).filter(({ path }) =>
      path.endsWith('.dump'),
    );
    await flip(join(folder, 'gluster', dump?.path ?? ''));
    await flip(join(folder, 'bob', copy?.path ?? ''));
    const whole = await rows();
    await ends(await approved(`restore pad --from ${id}`), /^(?:✅|❌|❓)/u, /isn't what vigie wrote: its checksum is wrong/u);
    expect(await rows()).toBe(whole);
    expect((await names()).filter((name) => name.includes('_vigie_'))).toEqual([]);
    expect((await swarm.service(web)).running).toBe(1);
  });

  it('makes a second restore wait, and says for whom', { timeout: 3 * SLOW_MS }, async () => {
    const id = await backup();
    const first = await approved(`restore pad --from ${id}`);
    // In the very same words it would be the same request.
    const second = await approved('restore pad');
    await ends(second, new RegExp(idOf(first), 'u'), new RegExp(`\`${idOf(first)}\``, 'u'));
    await ends(first, /^(?:✅|❌|❓)/u, /^✅/u);
    // What it was planned on has changed meanwhile: it asks again, or goes on.
    await ends(second, /^(?:✅|⏹️|❌)/u, /^(?:✅|⏹️)/u);
  });

  it('is drilled in a throwaway server, of which nothing is left', { timeout: 2 * SLOW_MS }, async () => {
    await backup();
    await ends(await asked(scene, 'drill pad', /\*\*drill pad/u), /^(?:✅|❌)/u, /^✅/u);
    const [drilled] = await scene.store.backups.backups({ target: 'pad', limit: 1 });
    expect(drilled?.drilledAt).not.toBeNull();
    for (const node of ['pica01', 'pica02']) {
      const { stdout } = await promisify(execFile)('/usr/bin/docker', [
        '-H',
        `unix://${LAB}/${node}.sock`,
        'ps',
        '-aq',
        '--filter',
        'label=vigie.operation',
      ]);
      expect(stdout).toBe('');
    }
  });
});

/** Another byte in the middle of a file. */
async function flip(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const { size } = await file.stat();
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, Math.floor(size / 2));
  byte[0] = (byte[0] ?? 0) ^ 0xff;
  await file.write(byte, 0, 1, Math.floor(size / 2));
  await file.close();
}
