import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import type { Person } from '#test/lab/mattermost/person.ts';
import type { Demo } from '../running.ts';

/** Words in both languages of the demo. */
export interface Told {
  readonly en: string;
  readonly fr: string;
}

/** Something that happens to the house when somebody wants to see how vigie takes it. */
export interface Scene {
  readonly name: string;
  readonly title: Told;
  /** Ends once everything of it can be seen. @throws when nothing comes of it */
  play(demo: Demo): Promise<void>;
}

const PATIENCE_MS = 120_000;
const LOOK_MS = 30;
/** How fast time goes by in a scene that has to wait. */
const STEP_MS = 400;

/** Asks again until there is something. @throws when nothing comes for two minutes */
export async function patient<T>(look: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > end) throw new Error('the story got stuck: please report it, with what the page shows');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** The newest post of vigie in the channel that reads so, once there is one. @param since only posts that came later (ms) */
export async function answered(demo: Demo, pattern: RegExp, since = 0): Promise<SeenPost> {
  return await patient(
    async () =>
      (await demo.people.alice.posts(demo.ops.id)).findLast(
        (post) => post.user_id === demo.bot.id && post.create_at >= since && pattern.test(post.message),
      ) ?? null,
  );
}

/** Somebody approves what waits, and sees its end. @returns the post as it reads then */
export async function approved(demo: Demo, person: Person, subject: RegExp): Promise<SeenPost> {
  const plan = await answered(demo, subject);
  await person.react(plan.id, 'white_check_mark');
  return await reads(person, plan, /^(?:✅|❌|❓)/u);
}

/** Waits until a post reads so. */
export async function reads(person: Person, { id }: { readonly id: string }, pattern: RegExp): Promise<SeenPost> {
  return await patient(async () => {
    const post = await person.post(id);
    return pattern.test(post.message) ? post : null;
  });
}

/** Time goes by faster while this goes on: what takes minutes is seen in seconds. */
export async function faster<T>({ clock }: Demo, work: Promise<T>): Promise<T> {
  const pump = setInterval(() => clock.warp(STEP_MS), LOOK_MS);
  return await work.finally(() => clearInterval(pump));
}
