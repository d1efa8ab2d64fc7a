import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '#config/load.ts';
import { added, problemsOf, secretFile } from './sample.ts';

const SECRET = `\${file:${secretFile('pager', 'a-secret-of-a-pager')}}`;
const MAIL = 'type: email, host: mail.example.org, from: v@example.org, to: [a@example.org]';
const pager = (keys: string): string => added(`pagers:\n  it: { ${keys} }`);

describe('configuration of pagers and heartbeat', () => {
  it('fills in what nobody wrote', () => {
    const { config } = parseConfig(pager('type: ntfy, topic: ops'), 'vigie.yaml');
    expect(config.pagers).toEqual({
      it: { type: 'ntfy', url: 'https://ntfy.sh', topic: 'ops', people: {}, min_severity: 'critical', timeout: '10s' },
    });
    expect(config.heartbeat).toBeUndefined();
  });

  it('hides what references lead to', () => {
    const { secrets } = parseConfig(added(`heartbeat: { url: "https://hc.example.org/${SECRET}" }`), 'vigie.yaml');
    expect(secrets).toContain('a-secret-of-a-pager');
  });

  it.each([
    ['a type that is none', pager('type: pagerduty'), ['vigie.yaml:11:15: pagers.it.type: must be one of webhook, ntfy, email']],
    ['no type', pager('url: https://example.org'), ['vigie.yaml:11:3: pagers.it.type: is missing']],
    ['a mistyped key', pager('type: ntfy, topic: ops, tokne: x'), ['vigie.yaml:11:33: pagers.it.tokne: unknown key, did you mean token?']],
    [
      'a topic that ntfy refuses',
      pager('type: ntfy, topic: "a b"'),
      ['vigie.yaml:11:28: pagers.it.topic: must be a topic of at most 64 letters, digits, - and _'],
    ],
    [
      'a token in the file',
      pager('type: webhook, url: https://example.org, token: hunter2'),
      ['vigie.yaml:11:57: pagers.it.token: a secret must not stand here itself: write ${file:/run/secrets/token} or ${env:TOKEN}'],
    ],
    [
      'an address that is none',
      pager('type: webhook, url: example.org'),
      ['vigie.yaml:11:29: pagers.it.url: must be an address such as https://example.org/hook'],
    ],
    ['a mail to nobody', pager(MAIL.replace('[a@example.org]', '[]')), ['vigie.yaml:11:67: pagers.it.to: must be at least 1 of them']],
    [
      'a recipient without a host',
      pager(MAIL.replace('[a@example.org]', '[ops]')),
      ['vigie.yaml:11:72: pagers.it.to.0: must be a mail address such as ops@example.org'],
    ],
    ['an account without a password', pager(`${MAIL}, user: vigie`), ['vigie.yaml:11:3: pagers.it: user and password go together']],
    [
      'a password in the clear',
      pager(`${MAIL}, user: vigie, password: "${SECRET}", security: none`),
      [`vigie.yaml:11:${pagerColumn('none')}: pagers.it.security: would show the password to everybody on the way: use tls or starttls`],
    ],
    [
      'a severity that is none',
      pager('type: ntfy, topic: ops, min_severity: fatal'),
      ['vigie.yaml:11:47: pagers.it.min_severity: must be one of info, warning, critical'],
    ],
    ['a heartbeat without an address', added('heartbeat: { every: 1m }'), ['vigie.yaml:10:1: heartbeat.url: is missing']],
    [
      'a heartbeat that never beats',
      added('heartbeat: { url: "https://example.org/x", every: 0s }'),
      ['vigie.yaml:10:51: heartbeat.every: must be a duration such as 90s, 10m or 1h30m'],
    ],
  ])('refuses %s', (_what, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it('takes the examples of the starter configuration as they stand', () => {
    const template = readFileSync(join(import.meta.dirname, '../../templates/vigie.yaml'), 'utf8');
    const text = examplesIn(template).replaceAll(/\$\{file:[^}]*\/(\w+)\}/gu, (_, name: string) =>
      name.startsWith('ntfy_topic') ? 'a-topic' : name.endsWith('_url') ? 'https://example.org' : SECRET,
    );
    expect(problemsOf(added(text))).toEqual([]);
    const { config } = parseConfig(added(text), 'vigie.yaml');
    expect(Object.keys(config.pagers)).toEqual(['phone', 'mail', 'hook']);
    expect(config.heartbeat?.every).toBe('1m');
  });
});

function pagerColumn(word: string): number {
  const text = pager(`${MAIL}, user: vigie, password: "${SECRET}", security: none`);
  return (text.split('\n')[10] ?? '').indexOf(word) + 1;
}

/** What is commented out, with what is commented out in it: keys at the start of a line and what is indented below them. */
function examplesIn(template: string): string {
  const lines = template.split('\n').filter((line) => line.startsWith('# '));
  const code = lines
    .map((line) => line.slice(2).replace(/^( +)# /u, '$1'))
    .filter((line) => /^(?: +\S|(?:pagers|heartbeat|oncall):$)/u.test(line));
  return code.slice(code.indexOf('pagers:')).join('\n');
}
