import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BOUNDS } from '#kernel/bounds.ts';
import { toMattermost } from '#adapters/mattermost/post.ts';
import { createEngine } from '#messages/engine.ts';
import { PLAINNESS } from '#messages/plainer.ts';
import { createRenderer } from '#messages/post.ts';
import { loadTemplates } from '#messages/templates.ts';
import type { MessageData } from '#domain/outbox-entry.ts';

const { templates } = await loadTemplates(join(import.meta.dirname, '../../templates/messages'));
const engine = createEngine(templates, 'Europe/Paris', () => 0);
const renderer = createRenderer(engine, () => [], 'Europe/Paris');
const MEGABYTE = '<&`*@all |'.repeat(100_000);

function operation(change: object): MessageData {
  const data = {
    id: 'p7k',
    action: 'clean',
    target: 'pica01',
    state: 'waiting',
    risk: 'change',
    requester: { username: 'alice' },
    requester_counts: true,
    asked: [],
    missing: 1,
    job: null,
    held: null,
    dry_run: false,
    effects: [],
    basis: { freed: 1, host: 'pica01', left: 0 },
    result: null,
    problem: null,
    difference: null,
    stale_because: null,
    progress: null,
    approvals: [],
    emergency: null,
    cancelled_by: null,
    approve_by: 0,
    created_at: 0,
    started_at: null,
    ended_at: null,
    plan_hash: null,
    plan_name: null,
    needed: 1,
    input: {},
    round: 1,
    start_by: null,
    closed_by: null,
    approvers: [],
    confirmer: null,
    means: 'post',
    ...change,
  };
  return { template: 'operation', data: JSON.parse(JSON.stringify(data)) };
}

const alert: MessageData = {
  template: 'alert',
  data: { id: 'a'.repeat(20), where: MEGABYTE, state: 'firing', severity: 'critical', alerts: [{ rule: 'disk', key: MEGABYTE }] },
};

/** As Mattermost counts props: runes of the JSON that Go writes. */
function goLength(props: unknown): number {
  const json = JSON.stringify(props);
  return [...json].length + 5 * (json.match(/[<>&]/gu)?.length ?? 0);
}

const CASES: readonly (readonly [string, MessageData])[] = [
  [
    'a plan of 5,000 effects',
    operation({
      effects: Array.from({ length: 5_000 }, (_, index) => ({ kind: 'partial', bytes: 1, name: `n${index}` })),
    }),
  ],
  [
    'a problem with a reason of 1 MB',
    operation({ state: 'failed', problem: { code: 'host_refused', params: { host: 'pica01', command: 'df', reason: MEGABYTE } } }),
  ],
  ['a thousand people who are asked', operation({ asked: Array.from({ length: 1_000 }, (_, index) => ({ username: `user${index}` })) })],
  ['an alert whose place is 1 MB long', alert],
  [
    'an answer of 1 MB',
    {
      template: 'refusal',
      data: { id: null, action: null, target: null, requester: null, problem: { code: 'internal', params: { reason: MEGABYTE } } },
    },
  ],
  ['a notice of 1 MB', { template: 'notice', data: { text: MEGABYTE } }],
];

describe.each(CASES)('%s', (_what, message) => {
  it.each(['en', 'fr'] as const)('is a post that Mattermost takes, in %s, however plain', (language) => {
    const whole = renderer.render(message, language);
    for (const plainness of PLAINNESS) {
      const body = renderer.plainer(message, whole, plainness, language);
      const post = toMattermost('key', body);
      expect([...post.message].length).toBeLessThanOrEqual(BOUNDS.message.most);
      expect(goLength(post.props)).toBeLessThanOrEqual(800_000);
      expect(post.message.trim()).not.toBe('');
      expect(JSON.stringify(post)).not.toContain(String.raw`\u0000`);
      if (plainness === 'line') expect(post.message.length).toBeLessThan(1_000);
    }
  });
});

describe('a line', () => {
  it('names the rule, the place and the severity of an alert, though its template fails', () => {
    const { message } = renderer.plainer(alert, renderer.render(alert, 'en'), 'line', 'en');
    expect(message).toMatch(/Critical.*disk/u);
    expect(renderer.render(alert, 'en').message).toMatch(/disk/u);
  });

  it('of the terminal is no longer than a screen or two', () => {
    expect(renderer.fit(MEGABYTE, BOUNDS.terminal.most, 'fr').length).toBeLessThanOrEqual(BOUNDS.terminal.most);
    expect(renderer.fit(MEGABYTE, BOUNDS.terminal.most, 'fr')).toMatch(/… \(\+\d+\u00a0ko\)$/u);
  });
});

describe('what people agree to', () => {
  it('goes along as a file where the post does not hold all of it', () => {
    const [, message] = CASES[0] ?? ['', alert];
    const { file, attachments } = renderer.render(message, 'en');
    expect(attachments[0]?.text.length ?? 0).toBeLessThanOrEqual(BOUNDS.attachmentText.most);
    expect(file?.text).toContain('n4999');
  });
});
