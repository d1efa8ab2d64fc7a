import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene, until } from '../scene.ts';

let scene: Scene;
/** Nothing was asked for so long: nothing more will be. */
const QUIET_MS = 150;

beforeAll(async () => {
  scene = await Scene.open({ speed: 5 });
  await scene.openHttp();
  // Once each, so that everybody is known, and where they are.
  for (const name of ['alice', 'bob']) {
    await scene.say(name, '@vigie whoami');
    await scene.post(new RegExp(`You are \`${name}\``, 'u'));
  }
  await requestsOf(() => inChannel('alice', 'services'));
});
afterAll(() => scene.close());

async function inChannel(username: string, command: string): Promise<void> {
  await scene.who(username).slash(scene.ops.id, scene.team.id, `/ops ${command}`);
}

/** What vigie asks of Mattermost in order, equal ones counted, once nothing more comes; but for the proof that it hears. */
async function requestsOf(act: () => Promise<unknown>): Promise<readonly string[]> {
  await scene.vigie.context.people.refresh();
  const since = scene.mattermost.requests.length;
  await act();
  let last = -1;
  await until(async () => {
    const settled = last === scene.mattermost.requests.length;
    last = scene.mattermost.requests.length;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    return settled;
  }, 'vigie to be quiet');
  const lines = scene.mattermost.requests
    .slice(since)
    .filter(({ userId, path }) => userId === scene.bot.id && !path.endsWith('/users/me'))
    .map(({ method, path }) => `${method} ${shortened(path)}`);
  return [...Map.groupBy(lines, (line) => line)].map(([line, all]) => (all.length === 1 ? line : `${all.length} × ${line}`));
}

function shortened(path: string): string {
  const known = [['me', scene.bot.id], ...[...scene.people].map(([name, { id }]) => [name, id])];
  const named = known.reduce(
    (text, [name = '', id = '']) => text.replaceAll(id, name),
    path.replace(/^\/api\/v4/u, '').replace(/\?.*$/u, ''),
  );
  return named.replaceAll(/[a-z0-9]{26}/gu, 'ID');
}

const SAID = 'POST /posts';

describe('what ten usual commands cost Mattermost', () => {
  it.each(['status', 'services', 'logs pad', 'vms', 'backups', 'help', 'whoami'])('%s, mentioned: its answer', async (command) => {
    expect(await requestsOf(() => scene.say('alice', `@vigie ${command}`))).toEqual([SAID]);
  });

  it.each([
    ['status', [SAID]],
    ['services', [SAID]],
    ['logs pad', [SAID]],
    ['vms', [SAID]],
    ['backups', [SAID]],
    ['help', []],
    ['whoami', []],
  ])('/ops %s: %j', async (command, requests) => {
    await inChannel('alice', 'whoami');
    expect(await requestsOf(() => inChannel('alice', command))).toEqual(requests);
  });

  it.each(['scale pad 3', 'deploy pad v2', 'restart blog'])(
    '%s: its plan with reactions, then who agreed, and a look at the plan before it is written over',
    async (command) => {
      let plan = { id: '' };
      const planned = await requestsOf(async () => {
        await scene.say('alice', `@vigie ${command}`);
        plan = await scene.post(/^⏳/u);
      });
      expect(planned).toEqual([SAID, '2 × POST /reactions', 'GET /posts/ID/reactions']);
      const done = await requestsOf(async () => {
        await scene.who('alice').react(plan.id, 'white_check_mark');
        await scene.reads(plan, /Done in/u);
      });
      const questions = done.filter((line) => !/ PUT \S+\/patch$| GET \/posts\/ID$/u.test(` ${line}`));
      expect(questions).toEqual(['POST /users/usernames', 'POST /reactions']);
    },
  );
});
