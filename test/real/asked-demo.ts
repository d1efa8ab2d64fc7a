import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Demo } from '#test/lab/demo/running.ts';
import { startDemo } from '#test/lab/demo/world.ts';
import type { Person } from '#test/lab/mattermost/person.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';

/** A demo of its own that is asked what its pages of help say. */
export class AskedDemo {
  readonly demo: Demo;
  readonly #folder: string;

  private constructor(demo: Demo, folder: string) {
    this.demo = demo;
    this.#folder = folder;
  }

  static async open(language: 'en' | 'fr'): Promise<AskedDemo> {
    const folder = await mkdtemp(join(tmpdir(), 'vigie-demo-'));
    return new AskedDemo(await startDemo({ port: 0, language, docker: null, folder }), folder);
  }

  async close(): Promise<void> {
    await this.demo.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async botPosts(): Promise<readonly SeenPost[]> {
    const { people, ops, bot } = this.demo;
    return (await people.alice.posts(ops.id)).filter(({ user_id: user }) => user === bot.id);
  }

  async examplesOf(id: string): Promise<readonly string[]> {
    const page = await this.demo.slash(this.demo.people.alice, `help ${id}`);
    const line = page.split('\n').find((each) => /^(?:For example|Par exemple)/u.test(each)) ?? '';
    return [...line.matchAll(/`([^`]+)`/gu)].map(([, example = '']) => example);
  }

  /** What somebody is told for what they type behind `/ops`: at once, and then in the channel. */
  async answers(text: string, person: Person = this.demo.people.alice): Promise<string> {
    const before = new Set((await this.botPosts()).map(({ id }) => id));
    const said = await this.demo.slash(person, text);
    if (!said.startsWith('👍')) return said;
    const answer = async () => (await this.botPosts()).findLast(({ id }) => !before.has(id));
    await expect.poll(answer, { timeout: 5_000, interval: 20 }).toBeDefined();
    const post = await answer();
    return `${post?.message ?? ''} ${JSON.stringify(post?.props ?? {})}`;
  }
}
