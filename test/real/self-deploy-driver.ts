import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { textOf, until } from '#test/acceptance/scene.ts';
import { connectAdmin } from '#test/lab/mattermost/admin.ts';
import { startMattermost } from '#test/lab/mattermost/server.ts';
import { LAB, realSwarm } from './swarm.ts';

/**
 * Runs inside pica01's network: a chat server, two people, and vigie as a service of the Swarm that deploys a new
 * version of itself. Prints the end of the story as one line of JSON.
 * usage: self-deploy-driver.ts TAG
 */
const [tag = '2'] = process.argv.slice(2);
const NAME = 'vigie-self';
const PATIENCE_MS = 240_000;

const lab = await realSwarm();
const folder = await mkdtemp(join(LAB, 'self.'));
// Of this story alone: in the store of another one the names of these people are pinned to accounts of another chat server.
const volume = `${NAME}-${basename(folder)}`;
const mattermost = await startMattermost();
const admin = await connectAdmin(mattermost.url, mattermost.adminToken);
const team = await admin.createTeam({ name: 'picasoft' });
const ops = await admin.createChannel(team, { name: 'ops' });
const bot = await admin.createBot('vigie');
const [alice, bob] = [await admin.createPerson({ username: 'alice' }), await admin.createPerson({ username: 'bob' })];
await admin.addToChannel(ops, bot, alice, bob);
await writeFile(join(folder, 'token'), bot.token, { mode: 0o644 });
const config = {
  language: 'en',
  mattermost: { url: mattermost.url, token: '${file:/etc/vigie/token}' },
  roles: { operator: { users: ['alice', 'bob'], may: ['read', 'safe', 'change', 'danger'], approves: ['change', 'danger'] } },
  swarm: { host: 'unix:///var/run/docker.sock' },
  services: { [NAME]: { self: true, settle: '2m' } },
};
await writeFile(join(folder, 'vigie.yaml'), JSON.stringify(config));
const mount = (source: string, target: string): string[] => ['--mount', `type=bind,source=${source},target=${target}`];

try {
  await lab.docker(
    ...['service', 'create', '--detach', '--quiet', '--name', NAME, '--network', 'host', '--constraint', 'node.hostname==pica01'],
    ...[
      '--group',
      String((await stat(lab.socketPath)).gid),
      '--update-order',
      'stop-first',
      '--stop-grace-period',
      '15s',
      '--no-resolve-image',
    ],
    ...['--mount', `type=volume,source=${volume},target=/var/lib/vigie`, ...mount(lab.socketPath, '/var/run/docker.sock')],
    ...[...mount(join(folder, 'vigie.yaml'), '/etc/vigie/vigie.yaml'), ...mount(join(folder, 'token'), '/etc/vigie/token')],
    `${lab.registry}/vigie:1`,
  );
  const transcript = async (): Promise<string> => (await admin.me.posts(ops.id)).map(textOf).join('\n---\n');
  const post = await until(
    async () => {
      const posts = await admin.me.posts(ops.id);
      const plan = posts.find((each) => each.user_id === bot.id && /^⏳.*deploy vigie-self/u.test(each.message));
      // vigie takes its time to come up; a command that nobody heard is said again.
      if (
        plan === undefined &&
        !posts.some((each) => each.user_id === alice.id && each.type === '' && Date.now() - each.create_at < 30_000)
      )
        await alice.say(ops.id, `@vigie deploy ${NAME} ${tag}`);
      await sleep(500);
      return plan;
    },
    'the plan',
    transcript,
    PATIENCE_MS,
  );
  await bob.react(post.id, 'white_check_mark');
  const end = await until(
    async () => {
      await sleep(500);
      const text = textOf(await admin.me.post(post.id));
      return /Done in|Failed|can tell/u.test(text) ? text : undefined;
    },
    'the end of the story',
    transcript,
    PATIENCE_MS,
  );
  const containers = await lab.docker('ps', '--all', '--filter', `label=com.docker.swarm.service.name=${NAME}`, '--format', '{{.Image}}');
  const image = await lab.docker('service', 'inspect', '--format', '{{.Spec.TaskTemplate.ContainerSpec.Image}}', NAME);
  const plans = (await admin.me.posts(ops.id)).filter(
    (each) => each.user_id === bot.id && each.root_id === '' && /deploy vigie-self/u.test(each.message),
  );
  process.stdout.write(`${JSON.stringify({ plan: textOf(post), end, image, containers: containers.split('\n'), plans: plans.length })}\n`);
} finally {
  await lab.removeService(NAME).catch(() => undefined);
  await sleep(1_000);
  await lab.docker('volume', 'rm', '--force', volume).catch(() => undefined);
  await mattermost.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);
