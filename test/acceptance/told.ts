import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { textOf, until, type Scene } from './scene.ts';

const YES = 'white_check_mark';
export const HOUR = 3_600_000;

/** Alice asks, and gets a post of her own: not one that was there before. */
export async function asked(scene: Scene, command: string, pattern: RegExp): Promise<SeenPost> {
  const before = new Set((await scene.vigiePosts()).map(({ id }) => id));
  await scene.say('alice', `@vigie ${command}`);
  return await until(
    async () => (await scene.vigiePosts()).findLast((post) => !before.has(post.id) && pattern.test(textOf(post))),
    `${command} to be answered with ${pattern}`,
    () => scene.transcript(),
  );
}

/** Alice asks, Bob approves. @returns the post in its last state, and the operation's id */
export async function done(scene: Scene, command: string, end = /✅ \*\*/u): Promise<{ readonly text: string; readonly id: string }> {
  const plan = await asked(scene, command, /^⏳/u);
  await scene.who('bob').react(plan.id, YES);
  return { text: textOf(await scene.reads(plan, end)), id: idOf(plan) };
}

export function idOf(post: SeenPost): string {
  return /· `(\w{3,8})` ·/u.exec(post.message)?.[1] ?? '';
}

/** A backup by hand. @returns its id */
export async function backedUp(scene: Scene, name = 'pad'): Promise<string> {
  const post = await asked(scene, `backup ${name}`, /^✅ \*\*(?:backup|sauvegarder)/u);
  return idOf(post);
}

/** Rows of each table of the live database. */
export function rowsOf(scene: Scene, name = 'pad'): Record<string, number> {
  return Object.fromEntries([...scene.databases.live(name).tables].map(([table, rows]) => [table, rows.length]));
}

/** Everything that stands on a server, by name. */
export function namesOn(scene: Scene, server = 'postgres'): readonly string[] {
  return [...scene.databases.server(server).databases.keys()].toSorted();
}
