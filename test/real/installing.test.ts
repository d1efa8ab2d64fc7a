import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { textOf } from '#test/acceptance/scene.ts';
import { documents, fenced } from '#test/docs/documents.ts';
import { linesOf } from '#test/docs/shell.ts';
import { connectAdmin } from '#test/lab/mattermost/admin.ts';
import type { Person } from '#test/lab/mattermost/person.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { startMattermost, type LabMattermost } from '#test/lab/mattermost/server.ts';
import { FreshMachine } from './fresh-machine.ts';
import { LAB, realSwarm, until, type RealSwarm } from './swarm.ts';

/** The document's own claim. */
const TEN_MINUTES_MS = 600_000;
const PAD = 'pad';
const ANSWER_MS = 60_000;
const READY = "curl -sf http://$(sed -n 's/^  listen: //p' /etc/vigie/vigie.yaml)/readyz";
const DOCKER_THERE = join(LAB, 'bin/docker');

/** What stands before the part for those who do it by hand: its commands, and what is said in the chat. */
function toFollow(): { readonly lines: readonly string[]; readonly said: readonly string[] } {
  const { text = '' } = documents().find(({ path }) => path === 'docs/installing.md') ?? {};
  const own = { path: '', text: text.slice(0, text.indexOf('\n## By hand')) };
  return { lines: fenced(own, 'sh').flatMap(linesOf), said: fenced(own, 'text').flatMap((block) => block.trim().split('\n')) };
}

let lab: RealSwarm;
let mattermost: LabMattermost;
let machine: FreshMachine;
let people: readonly [Person, Person];

beforeEach(async () => {
  lab = await realSwarm();
  await lab.createService({ name: PAD, image: `${lab.registry}/x:v1`, replicas: 2 });
  // The machine behind the lab's sshd has its Docker where that account finds it.
  mkdirSync(join(LAB, 'bin'), { recursive: true });
  writeFileSync(DOCKER_THERE, `#!/bin/sh\nexec env DOCKER_HOST=unix://${lab.socketPath} /usr/bin/docker "$@"\n`, { mode: 0o755 });
  // As a new server is, with the two switches of the document on.
  mattermost = await startMattermost();
  const admin = await connectAdmin(mattermost.url, mattermost.adminToken);
  const team = await admin.createTeam({ name: 'picasoft' });
  people = [await admin.createPerson({ username: 'alice' }), await admin.createPerson({ username: 'bob' })];
  await admin.addToTeam(team, ...people);
  machine = await FreshMachine.open({ '/run/docker.sock': lab.socketPath });
});
afterEach(async () => {
  await machine?.close();
  await mattermost?.stop();
  rmSync(DOCKER_THERE, { force: true });
  await lab.removeService(PAD);
});

/** What the document's reader answers, question by question. */
async function answerSetup(): Promise<void> {
  const terminal = machine.terminal('bin/vigie setup');
  const answers: readonly (readonly [string, string])[] = [
    ["What is Mattermost's address?", 'http://team.picasoft.net'],
    ['shows the tokens to everybody', mattermost.url],
    ["What is an administrator's access token?", 'a'.repeat(26)],
    ['refuses this token', mattermost.adminToken],
    ['In which channel', ''],
    ['What is the bot called?', ''],
    ['In which other channels', ''],
    ['Who operates?', 'alice, bob'],
    ['Which language', ''],
    ['How does Mattermost reach vigie', ''],
    ['Docker of a Swarm manager', ''],
    ['Elasticsearch', 'none'],
    ['A machine that vigie may look at', `pica01=${lab.ssh.user}@${lab.ssh.host}:${lab.ssh.port}`],
  ];
  for (const [question, answer] of answers) {
    await terminal.reads(question);
    terminal.type(`${answer}\r`);
  }
  expect(await terminal.reads('Is it the same?')).toContain(lab.ssh.hostKey);
  terminal.type('y\r');
  const asked = await terminal.reads('Done? Try again');
  appendFileSync(join(LAB, 'ssh/id.pub'), `${/ssh-ed25519 \S+/u.exec(asked)?.[0] ?? ''}\n`);
  terminal.type('y\r');
  await terminal.reads('Another machine');
  terminal.type('\r');
  await terminal.reads('Proxmox');
  terminal.type('none\r');
  const { code, output } = await terminal.ended();
  expect([code, output]).toEqual([0, expect.stringContaining('/etc/vigie/vigie.yaml is in order')]);
  expect(output).toMatch(/manages a Swarm of \d+ services/u);
  expect(output).not.toContain(mattermost.adminToken);
}

/** The same call again does no harm: everything is left alone. */
async function setUpAgain(line: string): Promise<void> {
  const { code, output } = await machine.run(line.replace('https://team.picasoft.net', mattermost.url), mattermost.adminToken);
  expect([code, output.match(/^✓.*$/gmu)]).toEqual([0, [expect.stringContaining('is in order')]]);
  expect(output).toContain("mattermost_token is vigie's token, and works");
}

async function play(line: string): Promise<void> {
  if (line.startsWith('npm ')) return; // is what this test runs on
  if (line === 'bin/vigie setup') return await answerSetup();
  if (line.startsWith('cat | bin/vigie setup')) return await setUpAgain(line);
  const { code, output } = await machine.run(line);
  if (code !== 0) throw new Error(`${line}: exit ${code}\n${output}`);
}

/** The newest post of vigie's that reads like this, in the operations channel. */
async function answerLike(pattern: RegExp): Promise<SeenPost> {
  const [alice] = people;
  const channel = await operationsChannel();
  for (const end = Date.now() + ANSWER_MS; ; await sleep(200)) {
    const posts = await alice.posts(channel);
    const found = posts.findLast((post) => post.user_id !== alice.id && pattern.test(textOf(post)));
    if (found !== undefined) return found;
    if (Date.now() < end) continue;
    const { output } = await machine.run('tail -n 20 /run/vigie.log');
    throw new Error(`no answer like ${pattern}:\n${posts.map(textOf).join('\n')}\n${output}`);
  }
}

async function operationsChannel(): Promise<string> {
  const { json } = await people[0].rest.request('GET', '/teams/name/picasoft/channels/name/ops');
  return (json as { readonly id: string }).id;
}

it('docs/installing.md leads from nothing to the first deploy in under ten minutes', { timeout: TEN_MINUTES_MS }, async () => {
  const began = Date.now();
  const { lines, said } = toFollow();
  expect(lines.filter((line) => line.includes('vigie setup'))).toHaveLength(2);
  for (const line of lines) {
    // Root may look before the first start: that leaves nothing that vigie couldn't open.
    if (line.startsWith('systemctl enable')) await play('bin/vigie do whoami');
    await play(line);
  }
  const { output } = await machine.run('stat -c "%a %U" /etc/vigie/credentials /etc/vigie/credentials/* /var/lib/vigie');
  expect(output).toBe('700 vigie\n600 vigie\n600 vigie\n700 vigie\n');

  const [alice] = people;
  const channel = await operationsChannel();
  const [help = '', services = '', deploy = ''] = said;
  await until('the vigie that was started', async () => (await machine.run(READY)).code === 0).catch(async (cause: unknown) => {
    throw new Error((await machine.run('tail -n 20 /run/vigie.log; ls -la /var/lib/vigie /run/vigie')).output, { cause });
  });
  await alice.say(channel, help);
  await answerLike(/déployer/u);
  await alice.say(channel, services);
  await answerLike(/pad.*x:v1/su);
  await alice.say(channel, deploy);
  const plan = await answerLike(/x:v1` → `x:v2/u);
  await alice.react(plan.id, 'white_check_mark');
  await answerLike(/fait tourner `x:v2`/u);
  expect(await lab.docker('service', 'inspect', '--format', '{{.Spec.TaskTemplate.ContainerSpec.Image}}', PAD)).toContain('/x:v2');
  expect(Date.now() - began).toBeLessThan(TEN_MINUTES_MS);
});
