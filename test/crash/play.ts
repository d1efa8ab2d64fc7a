import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { systemClock } from '#kernel/clock.ts';
import { openStore } from '#adapters/store/store.ts';
import { textOf, until, type Scene } from '#test/acceptance/scene.ts';

export interface Stage {
  readonly scene: Scene;
  /** `swarmUrl`, `dockerSocket` or `hostsUrl`. */
  readonly swarm: Readonly<Record<string, string | object>>;
}

/** One life of a vigie process. @param under a program that starts it, with its options */
export class Life {
  readonly points: string[] = [];
  readonly errors: string[] = [];
  readonly #child: ReturnType<typeof spawn>;
  readonly ended: Promise<void>;
  readonly #ready = Promise.withResolvers<void>();

  constructor({ scene, swarm }: Stage, killAt: string | null, under: readonly string[] = []) {
    const orders = { url: scene.mattermost.url, token: scene.bot.token, storeFile: join(scene.folder, 'vigie.db'), killAt, ...swarm };
    const [program, ...options] = [...under, process.execPath, join(import.meta.dirname, 'vigie-process.ts')];
    this.#child = spawn(program, [...options, JSON.stringify(orders)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: what is under another program ends with it.
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        if (line === 'ready') this.#ready.resolve();
        else if (line.startsWith('point ')) this.points.push(line.slice('point '.length));
        else this.errors.push(line);
      });
    }
    this.ended = new Promise((resolve) => this.#child.once('exit', () => resolve()));
  }

  async ready(): Promise<void> {
    await Promise.race([this.#ready.promise, this.ended]);
  }

  async kill(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
    await this.ended;
  }
}

/** A deploy, with the releases in the ledger at its end. */
export async function playDeploy(stage: Stage, killAt: string | null, command = 'deploy pad v2') {
  const end = await playOperation(stage, killAt, command, 'deploy pad');
  const store = await openStore(join(stage.scene.folder, 'vigie.db'), systemClock);
  const releases = await store.ledger.releases('pad', 10);
  await store.close();
  return { ...end, releases };
}

/**
 * An operation from the command to the end of its story, with vigie killed at one point on the way and started again.
 * @param title what its posts begin with
 * @returns what is left, for the test to judge
 */
export async function playOperation(stage: Stage, killAt: string | null, command: string, title = command) {
  const { scene } = stage;
  const lives = [new Life(stage, killAt)];
  try {
    await playOn(stage, lives, { command, approver: 'alice', killAt });
  } finally {
    for (const life of lives) await life.kill();
  }
  const store = await openStore(join(scene.folder, 'vigie.db'), systemClock);
  const [operation] = await store.operations.operations({ limit: 1 });
  const locks = await store.operations.locks();
  const audit = await store.audit.verify();
  await store.close();
  const plans = (await scene.vigiePosts()).filter((post) => post.message.includes(title) && post.root_id === '');
  const text = plans.map(textOf).join('\n');
  const points = lives[0]?.points ?? [];
  return { points, died: lives.length === 2, text, state: operation?.state, locks, audit, plans: plans.length };
}

export interface Play {
  readonly command: string;
  /** Who agrees; null where nobody has to. */
  readonly approver: string | null;
  readonly killAt: string | null;
}

/** What is left of an operation, for the test to judge. */
export type Story = Awaited<ReturnType<typeof playStory>>;

/** Any operation from the command to the end of its story, with vigie killed at one point on the way and started again. */
export async function playStory(stage: Stage, play: Play) {
  const { scene } = stage;
  const lives = [new Life(stage, play.killAt)];
  try {
    await playOn(stage, lives, play);
  } finally {
    for (const life of lives) await life.kill();
  }
  const store = await openStore(join(scene.folder, 'vigie.db'), systemClock);
  const [operation] = await store.operations.operations({ limit: 1 });
  const locks = await store.operations.locks();
  const audit = await store.audit.verify();
  const backups = await store.backups.backups({ target: null, limit: 10 });
  await store.close();
  const posts = (await scene.vigiePosts()).filter((post) => isAbout(play.command, textOf(post)) && post.root_id === '');
  const points = lives[0]?.points ?? [];
  const text = posts.map(textOf).join('\n');
  return {
    points,
    died: lives.length === 2,
    text,
    state: operation?.state,
    problem: operation?.problem,
    id: operation?.id,
    backups,
    locks,
    audit,
    posts: posts.length,
  };
}

function isAbout(command: string, text: string): boolean {
  const [action = '', target = ''] = command.split(' ');
  return text.includes(`**${action} ${target}**`);
}

/** Asks, approves, and waits for the end; after a death, a new life goes on. */
async function playOn(stage: Stage, lives: Life[], { command, approver, killAt }: Play): Promise<void> {
  const { scene } = stage;
  const [first] = lives;
  const patient = async <T>(look: () => Promise<T>, what: string) =>
    await until(
      async () => {
        if (lives.length === 1 && killAt !== null && first?.points.includes(killAt) === true) {
          await first.ended;
          lives.push(new Life(stage, null));
        }
        return await look();
      },
      what,
      async () => `${await scene.transcript()}\n${lives.map((life) => [...life.points, ...life.errors].join('\n')).join('\n--\n')}`,
      // What can't be proven not to have happened is looked at for most of a minute.
      120_000,
    );
  await first?.ready();
  await scene.say('alice', `@vigie ${command}`);
  const wanted = approver === null ? (text: string) => isAbout(command, text) : (text: string) => /Waiting for/u.test(text);
  const plan = await patient(async () => (await scene.vigiePosts()).find((post) => wanted(textOf(post))), 'the plan');
  if (approver !== null) await scene.who(approver).react(plan.id, 'white_check_mark');
  const ended = async (): Promise<true | null> =>
    /Done in|Failed|can tell/u.test(textOf(await scene.admin.me.post(plan.id))) ? true : null;
  await patient(ended, 'the end of the story');
}
