import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlot } from '#kernel/blot.ts';
import { createEngine } from '#messages/engine.ts';
import { createRenderer } from '#messages/post.ts';
import { loadTemplates } from '#messages/templates.ts';

const SECRET = 'hunter2_hunter*2';
const { templates } = await loadTemplates(join(import.meta.dirname, '../../templates/messages'));
const engine = createEngine(templates, 'Europe/Paris', () => 0, createBlot([SECRET]));
const renderer = createRenderer(engine, () => [], 'Europe/Paris');

/** What attackers write into names, logs and errors. */
const hostile = fc.string({
  unit: fc.constantFrom(
    '@all',
    'https://evil.example/',
    'www.evil.example',
    ':x:',
    '`',
    '```',
    '\n',
    '*',
    '_',
    '[a](b)',
    '\u202e',
    '\u001b[2J',
    '\u0000',
    '\u2028',
    '|',
    '$',
    '&#8238;',
    'é',
    ' ',
    SECRET,
  ),
});
/** Neither obeyed by a screen nor hidden; vigie's own zero-width space behind a mark is none of it. */
const HIDDEN = /[\p{Cs}\u00ad\u061c\u200c-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|(?![\n])\p{Cc}/u;

function harmless(markdown: string): void {
  expect(markdown).not.toMatch(HIDDEN);
  expect(markdown).not.toContain(SECRET);
  expect(markdown).not.toContain('hunter2\\_hunter\\*2');
  // Nothing works within code; a span or block that somebody broke out of leaves something behind here.
  const bare = markdown.replaceAll(/\\.|^(`{3,})\n[^]*?\n\1$|(`+)[^\n]*?[^`\n]\2(?!`)/gmu, '');
  expect(bare).not.toMatch(/@all|https:\/\/evil|www\.evil|:x:|\$|&#8238;|\[a/u);
}

describe('a post made of what others wrote', () => {
  it.each(['en', 'fr'] as const)(
    'holds no mention, link, emoji, order to a screen or secret: log, file, error, answer (%s)',
    (language) => {
      fc.assert(
        fc.property(hostile, hostile, (name, text) => {
          const file = { name: `${name}.log`, text };
          const logs = {
            source: name,
            kind: 'service',
            since_ms: 600_000,
            grep: name,
            count: 1,
            older: false,
            levelless: 0,
            level: null,
            shipped: 0,
            whole: true,
            witnesses: [{ origin: 'swarm', cluster: null, problem: null, notes: [text], interrupted: false }],
            shown: text,
            hidden: 0,
            file,
          };
          const answer = renderer.render({ template: 'answer:logs', data: logs }, language);
          harmless(answer.message);
          expect(answer.file?.name).not.toMatch(/[/\n]/u);
          expect(answer.file?.text).not.toMatch(HIDDEN);
          for (const [code, params] of [
            ['swarm_refused', { host: name, reason: text }],
            ['search_refused', { cluster: name, status: 400, reason: text }],
            ['internal', { reason: text }],
            ['service_unknown', { service: name, nearest: text }],
          ] as const)
            harmless(renderer.words(language, 'errors', code, params));
          const alerts = [{ id: 'k7p', rule: name, key: text, value: 1, started_at: 0 }];
          for (const section of ['alert-title', 'alert'])
            harmless(
              renderer
                .words(language, 'page', section, { where: name, group: 'g', alerts, more: 0 })
                .replaceAll(/[`$]|:x:|\[a|&#8238;/gu, ''),
            );
        }),
        { numRuns: 300 },
      );
    },
  );
});
