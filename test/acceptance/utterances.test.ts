import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRecord } from '#kernel/json.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { UTTERANCES } from './utterances.ts';
import { Scene, textOf, until } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open({ rules: [rule({ name: 'disk_full', enabled: false })] });
});
afterAll(() => scene.close());

async function slash(text: string): Promise<string> {
  const user = scene.who('alice').id;
  const place = { channel: scene.ops.id, root: null, direct: false };
  return await scene.vigie.gateway.slash({ trigger: scene.mattermost.triggerOf(user), command: 'ops', text, user, ...place });
}

/** What vigie makes of it, through the whole app: the operation that it became, or what is answered. */
async function becomes(text: string): Promise<string> {
  const before = new Set((await scene.vigiePosts()).map(({ id }) => id));
  const said = await slash(text);
  if (said.startsWith('🚫') || !said.startsWith('👍')) return said;
  const id = /^👍 `(\w+)`/u.exec(said)?.[1];
  const post = await until(async () => (await scene.vigiePosts()).find((each) => !before.has(each.id)), `an answer to ${text}`);
  if (id === undefined) return textOf(post);
  const operation = await until(async () => {
    const found = await scene.store.operations.operation(id);
    return found === null || found.state === 'received' ? null : found;
  }, `the plan of ${text}`);
  if (operation.state === 'refused') return textOf(post).replace(/ · `\w+`/u, '');
  await slash(`cancel ${id}`);
  await until(async () => (await scene.store.operations.operation(id))?.endedAt ?? null, `the end of ${text}`);
  return `→ ${operation.action} ${JSON.stringify(isRecord(operation.input) ? operation.input : {})}`;
}

describe('what people type', () => {
  it('is at least 250 ways to say something, each once', () => {
    expect(UTTERANCES.length).toBeGreaterThanOrEqual(250);
    expect(new Set(UTTERANCES.map(([said]) => said)).size).toBe(UTTERANCES.length);
  });

  it.each(UTTERANCES.map(([said, expected]) => [said.slice(0, 70), said, expected]))('%s', async (_title, said, expected) => {
    const found = await becomes(said);
    if (expected.startsWith('→')) expect(found).toBe(expected);
    else expect(found.trimStart().startsWith(expected), found).toBe(true);
  });
});
