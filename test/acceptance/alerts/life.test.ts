import { afterEach, describe, expect, it } from 'vitest';
import { activeIn, groupsOfPost, take } from '#domain/alert/hands.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { Watchroom } from './watchroom.ts';

const PICA01 = { 'host.name': 'pica01' };
const PICA02 = { 'host.name': 'pica02' };
let room: Watchroom;
afterEach(() => room.close());

describe('an alert', () => {
  it('is told once, after the wait of its group, and its end is a line in the thread', async () => {
    room = await Watchroom.open({ rules: [rule()] });
    room.breach('disk', PICA01, 3, 20);
    await room.until(3.4);
    expect(room.posts()).toEqual([]);
    await room.until(5);
    expect(room.posts().map((post) => post.text)).toEqual([
      expect.stringMatching(/🟠 \*\*pica01\*\* · Disk almost full\nWarning since 13:0\d/u),
    ]);
    await room.until(19);
    expect(room.posts()).toHaveLength(1);
    await room.until(22);
    const [post] = room.posts();
    expect(post?.text).toMatch(/^✅ \*\*pica01\*\*/u);
    expect(room.thread(post!)).toEqual(['✅ pica01: over after 18m.']);
  });
});
