import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { SwarmMethod } from '#test/lab/swarm/memory-swarm.ts';
import { REGISTRY, Scene, textOf, until } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open();
});
afterAll(() => scene.close());

/** What Alice is told in private for a slash command. */
async function slash(text: string, username = 'alice'): Promise<string> {
  const command = {
    trigger: scene.mattermost.triggerOf(scene.who(username).id),
    command: 'ops',
    text,
    user: scene.who(username).id,
    channel: scene.ops.id,
    root: null,
    direct: false,
  };
  return await scene.vigie.gateway.slash(command);
}
/** What planning says to a command that was understood, without the id of its operation. */
async function planned(text: string): Promise<string> {
  const before = (await scene.vigiePosts()).length;
  expect(await slash(text)).toMatch(/^👍/u);
  await until(async () => (await scene.vigiePosts()).length > before, 'a post of vigie');
  return textOf((await scene.vigiePosts()).at(-1) ?? expect.fail())
    .replace(/ · `\w+`/u, '')
    .trim();
}

const COUNT = 'a whole number from 0 to 9999 is meant.';
const PAST = 'how far back is meant, such as `10m`, `6h`, `1h30m` or `yesterday 22:00`.';
const DURATION = 'a duration such as `10m`, `6h` or `1h30m` is meant.';
const IMAGE = 'an image such as `name:tag`, or a tag, is meant.';
const SERVICE = 'the name of a service is meant, see `services`.';
const RELEASE = 'the number of a release is meant, see `releases`.';
const TEXT = 'one line of at most 200 characters is meant.';
const LONG = 'x'.repeat(201);

const REFUSED: readonly (readonly [command: string, answer: string])[] = [
  // The action
  ['depoly pad v2', 'Unknown action `depoly`. Did you mean `deploy`?'],
  ['sacle pad 3', 'Unknown action `sacle`. Did you mean `scale`?'],
  ['frobnicate', 'Unknown action `frobnicate`. `help` lists what there is.'],
  ['@all', 'Unknown action `@all`. `help` lists what there is.'],
  ['--help', 'Unknown action `--help`. Did you mean `help`?'],
  ['—deploy pad', 'Unknown action `--deploy`. Did you mean `deploy`?'],
  ['@vigie deploy pad', 'Unknown action `@vigie`. `help` lists what there is. Did you mean `deploy pad`?'],
  ['""', 'Say what to do: `help` lists it.'],
  ['x'.repeat(5_000), 'That is too long: at most 4000 characters.'],
  [`logs pad --grep ${'x'.repeat(4_000)}`, 'That is too long: at most 4000 characters.'],
  ['help depoly', 'Unknown action `depoly`. Did you mean `deploy`?'],
  ['help 42', '`42` is no good `action`: see `help help`.'],
  // What is missing
  ['scale', '`scale` needs `SERVICE`: see `help scale`.'],
  ['scale pad', '`scale` needs `REPLICAS`: see `help scale`.'],
  ['DEPLOY', '`deploy` needs `SERVICE`: see `help deploy`.'],
  ['déployer', '`deploy` needs `SERVICE`: see `help deploy`.'],
  ['restart', '`restart` needs `SERVICE`: see `help restart`.'],
  ['show', '`show` needs `OPERATION`: see `help show`.'],
  ['approve', '`approve` needs `OPERATION`: see `help approve`.'],
  ['settle zzzzzz', '`settle` needs `OUTCOME`: see `help settle`.'],
  ['settle zzzzzz done', '`settle` needs `REASON`: see `help settle`.'],
  // What is too many
  ['scale pad 2 3', '`scale` does not know what to do with `3`: quote several words, or see `help scale`.'],
  ['services pad', '`services` does not know what to do with `pad`: quote several words, or see `help services`.'],
  ['restart pad now', '`restart` does not know what to do with `now`: quote several words, or see `help restart`.'],
  ['approve p7k 3fa2c1 q8l', '`approve` does not know what to do with `q8l`: quote several words, or see `help approve`.'],
  ['logs pad --since 1h foo', '`logs` does not know what to do with `foo`: quote several words, or see `help logs`.'],
  ['scale pad 3\nnow then', '`scale` does not know what to do with `now`: quote several words, or see `help scale`.'],
  // Options
  ['logs pad --sinse 1h', '`logs` has no option `--sinse`. Did you mean `--since`?'],
  ['operations --al', '`operations` has no option `--al`. Did you mean `--all`?'],
  ['scale pad 3 --sinse 1h', '`scale` has no option `--sinse`. `help scale` lists them.'],
  ['services --all', '`services` has no option `--all`. `help services` lists them.'],
  ['scale pad 3 —drry-run', '`scale` has no option `--drry-run`. Did you mean `--dry-run`?'],
  ['deploy pad -v', '`deploy` has no option `--v`. `help deploy` lists them.'],
  ['approve p7k --dry-run', '`approve` has no option `--dry-run`. `help approve` lists them.'],
  ['logs pad --since', '`--since` needs a value behind it: see `help logs`.'],
  ['logs pad --since=', '`--since` needs a value behind it: see `help logs`.'],
  ['logs pad --since ""', '`--since` needs a value behind it: see `help logs`.'],
  ['logs pad --since --grep x', '`--since` needs a value behind it: see `help logs`.'],
  ['deploy pad v2 --emergency', '`--emergency` needs a value behind it: see `help deploy`.'],
  ['logs pad --since 1h --since 2h', '`--since` was given twice. Give it once.'],
  ['scale pad 3 --dry-run --dry-run', '`--dry-run` was given twice. Give it once.'],
  ['scale pad --service blog --service blog', '`--service` was given twice. Give it once.'],
  ['operations --all=yes', '`--all` takes no value: leave out `yes`.'],
  ['scale pad 3 --dry-run=1', '`--dry-run` takes no value: leave out `1`.'],
  ['services --emergency "fire"', '`services` is never an emergency: it needs its second person.'],
  // Quotes
  ['scale "pad 3', 'A quote is opened with `"` and never closed.'],
  ['scale «pad 3', 'A quote is opened with `«` and never closed.'],
  ['scale “pad 3', 'A quote is opened with `“` and never closed.'],
  ["logs pad --grep 'it", "A quote is opened with `'` and never closed."],
  ['logs pad --grep="it', 'A quote is opened with `"` and never closed.'],
  // Numbers
  ["scale pad ''", `An empty word is no good \`replicas\`: ${COUNT}`],
  ['scale pad 0x10', `\`0x10\` is no good \`replicas\`: ${COUNT}`],
  ['scale pad 1e3', `\`1e3\` is no good \`replicas\`: ${COUNT}`],
  ['scale pad -1', `\`-1\` is no good \`replicas\`: ${COUNT}`],
  ['scale pad +1', `\`+1\` is no good \`replicas\`: ${COUNT}`],
  ['scale pad 2.0', `\`2.0\` is no good \`replicas\`: ${COUNT}`],
  ['scale pad 03', `\`03\` is no good \`replicas\`: ${COUNT}`],
  ['scale pad 99999', `\`99999\` is no good \`replicas\`: ${COUNT}`],
  ['scale pad two', `\`two\` is no good \`replicas\`: ${COUNT}`],
  ['scale pad ٣', `\`٣\` is no good \`replicas\`: ${COUNT}`],
  ['scale pad Infinity', `\`Infinity\` is no good \`replicas\`: ${COUNT}`],
  ['rollback pad --to 0', `\`0\` is no good \`--to\`: ${RELEASE}`],
  ['rollback pad --to v1', `\`v1\` is no good \`--to\`: ${RELEASE}`],
  ['rollback pad --to -1', `\`-1\` is no good \`--to\`: ${RELEASE}`],
  // Durations
  ['logs pad --since "1h foo"', `\`1h foo\` is no good \`--since\`: ${PAST}`],
  ['logs pad --since h', `\`h\` is no good \`--since\`: ${PAST}`],
  ['logs pad --since 5', `\`5\` is no good \`--since\`: ${PAST}`],
  ['logs pad --since 0s', `\`0s\` is no good \`--since\`: ${PAST}`],
  ['logs pad --since -5m', `\`-5m\` is no good \`--since\`: ${PAST}`],
  ['logs pad --since 1.5h', `\`1.5h\` is no good \`--since\`: ${PAST}`],
  ['logs pad --since 30m1h', `\`30m1h\` is no good \`--since\`: ${PAST}`],
  ['audit --since soon', `\`soon\` is no good \`--since\`: ${PAST}`],
  ['journaux pad --depuis bientôt', `\`bientôt\` is no good \`--depuis\`: ${PAST}`],
  ['redémarrer pad --à jamais', '`jamais` is no good `--à`: a time to come such as `03:00` or `tomorrow 3:00` is meant.'],
  ['stop pica01 --timeout soon', `\`soon\` is no good \`--timeout\`: ${DURATION}`],
  // Names, images, text
  ['scale ../etc 3', `\`../etc\` is no good \`service\`: ${SERVICE}`],
  ['scale pad;rm 3', `\`pad;rm\` is no good \`service\`: ${SERVICE}`],
  ['scale @all 3', `\`@all\` is no good \`service\`: ${SERVICE}`],
  ['scale "two words" 3', `\`two words\` is no good \`service\`: ${SERVICE}`],
  ['deploy pad "v2 v3"', `\`v2 v3\` is no good \`image\`: ${IMAGE}`],
  ['deploy pad $(reboot)', `\`$(reboot)\` is no good \`image\`: ${IMAGE}`],
  ['deploy pad re`boot', `\`\`re\`boot\`\` is no good \`image\`: ${IMAGE}`],
  [`logs pad --grep ${LONG}`, `\`${LONG}\` is no good \`--grep\`: ${TEXT}`],
  ['logs pad --grep "a\nb"', `\`a b\` is no good \`--grep\`: ${TEXT}`],
  ['show a;b', '`a;b` is no good `operation`: an operation such as `p7k` is meant, see `operations`.'],
  ['settle zzzzzz maybe "I looked"', '`maybe` is no good `outcome`: `done` or `failed` is meant.'],
  // Understood, and there is no such thing
  ['approve zzzzzz', 'There is no operation `zzzzzz`. `operations` lists them.'],
  ['deny zzzzzz', 'There is no operation `zzzzzz`. `operations` lists them.'],
  ['cancel zzzzzz', 'There is no operation `zzzzzz`. `operations` lists them.'],
  ['show zzzzzz', 'There is no operation `zzzzzz`. `operations` lists them.'],
  ['logs pda', 'There is no service `pda`. Did you mean `pad`? `services` lists them.'],
  ['releases bolg', 'There is no service `bolg`. Did you mean `blog`? `services` lists them.'],
];

describe('a command that cannot be understood is refused at once, with what was meant', () => {
  it.each(REFUSED)('%.60s', async (command, answer) => {
    expect(await slash(command)).toBe(`🚫 ${answer}`);
  });

  it('and none of them was stored as an operation', async () => {
    expect(await scene.store.operations.operations({ limit: 10 })).toEqual([]);
  });

  it('each of them stands in the audit with its code', async () => {
    const entries = await scene.store.audit.entries({ since: 0, limit: 500 });
    expect(entries.filter((entry) => entry.kind === 'refused')).toHaveLength(REFUSED.length);
  });

  it('somebody without a role learns which one is needed', async () => {
    expect(await slash('scale pad 3', 'eve')).toBe(
      '🚫 You may not run `scale`: it needs the role `operator`. `whoami` shows yours; `vigie.yaml` says who has which.',
    );
  });
});

const PLANNED: readonly (readonly [command: string, answer: string])[] = [
  [
    'scale pda 3',
    '**scale pda**: There is no service `pda`. Did you mean `pad`? `services` lists them.\n▶️ React with it and I run `scale pad 3` for you.',
  ],
  ['scale elsewhere 3', '**scale elsewhere**: There is no service `elsewhere`. `services` lists them.'],
  ['deploy pad UP/PER', '**deploy pad**: `UP/PER` is no image name. Write a tag, `name:tag`, or the full name with the registry.'],
  ['deploy pad a:b:c', '**deploy pad**: `a:b:c` is no image name. Write a tag, `name:tag`, or the full name with the registry.'],
  [
    'deploy pad v2@sha256:12',
    '**deploy pad**: `v2@sha256:12` is no image name. Write a tag, `name:tag`, or the full name with the registry.',
  ],
  ['deploy pad pad:', '**deploy pad**: `pad:` is no image name. Write a tag, `name:tag`, or the full name with the registry.'],
  [
    'deploy pad https://hub/pad',
    '**deploy pad**: `https://hub/pad` is no image name. Write a tag, `name:tag`, or the full name with the registry.',
  ],
  [
    'deploy pad v9',
    `**deploy pad**: The registry has no \`${REGISTRY}/pad:v9\`. The newest tags are \`bad\`, \`v3\`, \`v2\`, and \`v1\`; \`tags pad\` lists them.`,
  ],
  ['rollback pad', '**rollback pad**: vigie knows no other release of `pad` to go back to. Name an image: `deploy pad TAG`.'],
  ['rollback pad --to 7', '**rollback pad**: `pad` has no release 7. `releases pad` lists them.'],
  ['close zzzzzz', '**close zzzzzz**: There is no operation `zzzzzz`. `operations` lists them.'],
  ['settle zzzzzz done "I looked"', '**settle zzzzzz**: There is no operation `zzzzzz`. `operations` lists them.'],
];

describe('a command that does not fit the world is refused by its plan, and nobody is asked', () => {
  it.each(PLANNED)('%s', async (command, answer) => {
    expect(await planned(command)).toBe(`🚫 ${answer}`);
  });

  it('so is a vote for what has ended', async () => {
    await planned('scale pda 3');
    const [ended] = await scene.store.operations.operations({ limit: 1 });
    const id = ended?.id ?? expect.fail();
    const story = `it is refused. \`show ${id}\` tells its story.`;
    expect(await slash(`approve ${id}`)).toBe(`🚫 \`${id}\` waits for nobody: ${story}`);
    expect(await slash(`deny ${id}`)).toBe(`🚫 \`${id}\` waits for nobody: ${story}`);
    expect(await slash(`cancel ${id}`)).toBe(`🚫 \`${id}\` can't be stopped: ${story}`);
    expect(await planned(`settle ${id} done "I looked"`)).toBe(`🚫 **settle ${id}**: \`${id}\` needs no settling: it is refused.`);
    expect(await planned(`close ${id}`)).toBe(`🚫 **close ${id}**: \`${id}\` was no emergency.`);
  });

  it('and an id with a slip is put right', async () => {
    const [known] = await scene.store.operations.operations({ limit: 1 });
    const id = known?.id ?? expect.fail();
    expect(await slash(`show ${id}q`)).toBe(`🚫 There is no operation \`${id}q\`. Did you mean \`${id}\`? \`operations\` lists them.`);
  });
});

const IMAGE_V2 = `${REGISTRY}/pad:v2`;
const DOCKER: readonly (readonly [what: string, method: SwarmMethod, error: VigieError, words: string])[] = [
  [
    'does not answer',
    'service',
    new VigieError('swarm_unreachable', { host: 'pica01', reason: 'connect ECONNREFUSED' }),
    'Docker on `pica01` does not answer (connect ECONNREFUSED). Check that it runs and that vigie may reach it: `vigie doctor`.',
  ],
  [
    'refuses',
    'service',
    new VigieError('swarm_refused', { host: 'pica01', reason: 'the swarm does not have a leader' }),
    'Docker on `pica01` refused: the swarm does not have a leader.',
  ],
  [
    'is no manager',
    'service',
    new VigieError('swarm_not_manager', { host: 'pica02' }),
    '`pica02` is no Swarm manager. Point `swarm.host` at one.',
  ],
  [
    'has no such service any more',
    'service',
    new VigieError('service_unknown', { service: 'pad', nearest: null }),
    'There is no service `pad`. `services` lists them.',
  ],
  [
    'cannot be reached over SSH',
    'service',
    new VigieError('ssh_unreachable', { host: 'monitoring', reason: 'All configured authentication methods failed' }),
    'SSH to `monitoring` failed (All configured authentication methods failed).',
  ],
  [
    'shows another host key',
    'service',
    new VigieError('ssh_host_key', { host: 'monitoring', expected: 'SHA256:abc', got: 'SHA256:xyz' }),
    '`monitoring` showed another host key than the one in `vigie.yaml`: `SHA256:xyz` instead of `SHA256:abc`. If nobody reinstalled it, somebody is in between.',
  ],
  [
    'knows no such image',
    'resolveImage',
    new VigieError('image_unknown', { image: IMAGE_V2 }),
    `The registry has no \`${IMAGE_V2}\`. The newest tags are \`bad\`, \`v3\`, and \`v1\`; \`tags pad\` lists them.`,
  ],
  [
    'may not pull it',
    'resolveImage',
    new VigieError('image_unauthorized', { image: IMAGE_V2 }),
    `The registry does not let vigie pull \`${IMAGE_V2}\`. Check \`swarm.registries\` in \`vigie.yaml\`.`,
  ],
  [
    'finds the registry down',
    'resolveImage',
    new VigieError('registry_unreachable', { registry: REGISTRY, reason: 'i/o timeout' }),
    `The registry \`${REGISTRY}\` does not answer (i/o timeout), and no node holds the image. Check the registry, then ask again.`,
  ],
  [
    'answers what nobody expected',
    'service',
    new VigieError('internal', { reason: 'Unexpected token < in JSON' }),
    "Something went wrong inside vigie: `Unexpected token < in JSON`. Nothing more was done; look at vigie's log.",
  ],
];

describe('while planning, Docker', () => {
  it.each(DOCKER)('%s', async (_what, method, error, words) => {
    scene.swarm.failNext(method, error);
    expect(await planned('deploy pad v2')).toBe(`🚫 **deploy pad**: ${words}`);
  });

  it('does not answer a read either: whoever asked is told at once', async () => {
    scene.swarm.beUnreachable('connection refused');
    expect(await slash('services')).toBe(
      '🚫 Docker on `lab` does not answer (connection refused). Check that it runs and that vigie may reach it: `vigie doctor`.',
    );
    expect(await slash('logs pad')).toMatch(/^🚫 Docker on `lab` does not answer/u);
    scene.swarm.beUnreachable(null);
  });

  it('says no for want of rights with a word that cannot be turned into Markdown', async () => {
    scene.swarm.failNext('service', new VigieError('swarm_refused', { host: 'pica01', reason: '@all **[now](http://evil)**' }));
    expect(await planned('deploy pad v2')).toBe(
      '🚫 **deploy pad**: Docker on `pica01` refused: @\u200ball \\*\\*\\[now\\](http:\u200b//evil)\\*\\*.',
    );
  });
});

describe('while running, Docker', () => {
  it.each([
    [
      'finds that somebody else changed the service',
      new VigieError('service_changed', { service: 'pad' }),
      '`pad` was changed by somebody else in the meantime, so nothing was done. Ask again to see the new plan.',
    ],
    [
      'refuses the update',
      new VigieError('swarm_refused', { host: 'pica01', reason: 'name conflicts' }),
      'Docker on `pica01` refused: name conflicts.',
    ],
    [
      'refuses the image',
      new VigieError('image_invalid', { image: 'pad@x' }),
      '`pad@x` is no image name. Write a tag, `name:tag`, or the full name with the registry.',
    ],
  ])('%s: it failed, and nothing was done', async (_what, error, words) => {
    await slash('scale pad 3');
    const post = await scene.post(/→ 3[\s\S]*Approval/u);
    scene.swarm.failNext('update', error);
    await scene.who('alice').react(post.id, 'white_check_mark');
    const failed = textOf(await scene.reads(post, /Failed/u));
    expect(failed).toContain(`Why: ${words}`);
    expect((await scene.swarm.service('pad')).replicas).toBe(2);
  });
});
