import { join } from 'node:path';
import { systemClock } from '#kernel/clock.ts';
import { openStore } from '#adapters/store/store.ts';
import { createBackups } from '#pipeline/backup/create-backups.ts';
import { Scene } from '#test/acceptance/scene.ts';
import { namesOn, rowsOf } from '#test/acceptance/told.ts';
import { serveDatabases } from './databases-rpc.ts';
import { folderBackups } from './folder-backups.ts';
import { playStory, type Stage } from './play.ts';
import { serveSwarm } from './swarm-rpc.ts';

export const WHOLE = { 'public.notes': 120, 'public.people': 12 };
export const BROKEN = { 'public.notes': 5 };

export type Story = 'backup' | 'restore' | 'undo';

/**
 * A backup, a restore or its undoing on databases, Swarm and folders that outlive the vigie that is killed at the given point.
 * @returns what is left, for the test to judge
 */
export async function playDatabases(story: Story, killAt: string | null) {
  const scene = await Scene.open({ start: false, speed: 1 });
  const [swarm, databases] = [await serveSwarm(scene.swarm), await serveDatabases(scene.databases)];
  const stage: Stage = { scene, swarm: { swarmUrl: swarm.url, databasesUrl: databases.url, placesFolder: scene.folder } };
  try {
    if (story !== 'backup') await spoil(scene);
    if (story === 'undo') await playStory(stage, { command: 'restore pad', approver: 'bob', killAt: null });
    const played = await playStory(stage, { command: await commandOf(story, scene), approver: story === 'backup' ? null : 'bob', killAt });
    return { ...played, ...(await leftOf(scene)) };
  } finally {
    await swarm.close();
    await databases.close();
    await scene.close();
  }
}

/** One backup of the whole, then somebody's mistake. */
async function spoil(scene: Scene): Promise<void> {
  const store = await openStore(join(scene.folder, 'vigie.db'), systemClock);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const archive = { ...folderBackups(scene.folder), databases: scene.databases, store, clock: systemClock, timezone: 'Europe/Paris', log };
  await createBackups(archive).take('pad', {
    operation: 'aaa',
    scheduled: true,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  await store.close();
  const { tables } = scene.databases.live('pad');
  tables.get('public.notes')?.splice(5);
  tables.delete('public.people');
}

async function commandOf(story: Story, scene: Scene): Promise<string> {
  if (story !== 'undo') return `${story} pad`;
  const restore = (await scene.vigiePosts()).find((post) => post.message.includes('**restore pad**'));
  return `restore-undo ${/· `(\w+)` ·/u.exec(restore?.message ?? '')?.[1]}`;
}

async function leftOf(scene: Scene) {
  const { main, copies } = folderBackups(scene.folder).places;
  const { replicas, running } = await scene.swarm.service('pad');
  return {
    rows: rowsOf(scene),
    names: namesOn(scene),
    files: [...(await main.list('databases')), ...(await main.partials('databases'))].map(({ path }) => path),
    copies: (await copies[0]?.place.list('databases'))?.length,
    service: { replicas, running },
  };
}
