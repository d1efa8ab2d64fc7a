import { join } from 'node:path';
import { systemClock } from '#kernel/clock.ts';
import { openStore } from '#adapters/store/store.ts';
import { createBackups } from '#pipeline/backup/create-backups.ts';
import { Scene } from '#test/acceptance/scene.ts';
import type { SchemaServer } from '#test/schemas/server.ts';
import { folderBackups } from './folder-backups.ts';
import { playStory, type Stage } from './play.ts';
import { serveSwarm } from './swarm-rpc.ts';

/** What each table of `pad` holds in the backup. */
export const ROWS = { notes: 120, people: 12 };

const CONTENT = {
  postgres: `set role pad; create table notes (id int primary key, text text); insert into notes select i, 'note ' || i from generate_series(1, ${ROWS.notes}) i; create table people (id int primary key); insert into people select generate_series(1, ${ROWS.people}); create view seen as select text from notes;`,
  mariadb: `create table notes (id int primary key, text text); insert into notes select seq, concat('note ', seq) from seq_1_to_${ROWS.notes}; create table people (id int primary key); insert into people select seq from seq_1_to_${ROWS.people}; create view seen as select text from notes; create procedure count_notes() select count(*) from notes;`,
} as const;

/**
 * A restore of a real database, or its undoing, by a vigie that is killed at the given point, with all that its own clients were doing left to them, and started again.
 * @returns what is left, for the test to judge
 */
export async function playOnServer(server: SchemaServer, story: 'restore' | 'undo', killAt: string | null) {
  const scene = await Scene.open({ start: false, speed: 1 });
  const swarm = await serveSwarm(scene.swarm);
  const stage: Stage = { scene, swarm: { swarmUrl: swarm.url, hostDatabase: server.at, placesFolder: scene.folder } };
  try {
    await spoil(scene, server);
    const restore = { command: 'restore pad', approver: 'bob' };
    if (story === 'restore') return { ...(await playStory(stage, { ...restore, killAt })), ...(await leftOn(scene, server)) };
    const { id } = await playStory(stage, { ...restore, killAt: null });
    return { ...(await playStory(stage, { command: `restore-undo ${id}`, approver: 'bob', killAt })), ...(await leftOn(scene, server)) };
  } finally {
    await swarm.close();
    await scene.close();
  }
}

/** One backup of the whole, then somebody's mistake. */
async function spoil(scene: Scene, server: SchemaServer): Promise<void> {
  await server.reset();
  await server.script(CONTENT[server.at.engine]);
  const store = await openStore(join(scene.folder, 'vigie.db'), systemClock);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const archive = { ...folderBackups(scene.folder), databases: server.databases, store, clock: systemClock, timezone: 'Europe/Paris', log };
  const signal = new AbortController().signal;
  await createBackups(archive).take('pad', { operation: 'aaa', scheduled: true, signal, progress: () => undefined });
  await store.close();
  await server.script('delete from notes where id > 5; drop table people;');
}

async function leftOn(scene: Scene, { databases }: SchemaServer) {
  const { tables } = await databases.look('pad');
  const names = await databases.databases('pad');
  const { replicas, running } = await scene.swarm.service('pad');
  return {
    rows: Object.fromEntries(tables.map(({ name, rows }) => [name.replace(/^public\./u, ''), rows])),
    names: names.filter((name) => name.startsWith('pad')),
    defined: Object.keys((await databases.catalogue('pad')) ?? {}).filter((key) => /^(?:view|procedure) /u.test(key)),
    service: { replicas, running },
  };
}
