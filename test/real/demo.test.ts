import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tellStory } from '#test/lab/demo/story.ts';
import { startDemo } from '#test/lab/demo/world.ts';

describe.each(['en', 'fr'] as const)('the demo, in %s', (language) => {
  it('tells its story to the end: what waits for Bob', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vigie-demo-'));
    const demo = await startDemo({ port: 0, language, docker: null, folder });
    try {
      await tellStory(demo);
      const posts = await demo.people.alice.posts(demo.ops.id);
      const last = posts.findLast(({ user_id: user }) => user === demo.bot.id);
      expect(last?.message).toMatch(/^⏳ \*\*(?:scale|dimensionner) mobilizon\*\*/u);
    } finally {
      await demo.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
