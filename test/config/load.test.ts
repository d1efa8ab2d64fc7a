import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, parseConfig } from '#config/load.ts';
import { inventoryOf, policyOf, roleMembersOf } from '#config/parts.ts';
import { added, CERTIFICATE, GOOD, PRIVATE_KEY, replaced, secretFile, TOKEN, TOKEN_REFERENCE } from './sample.ts';

const load = (text: string) => parseConfig(text, 'vigie.yaml');

describe('configuration', () => {
  it('accepts a small one and fills in the defaults', () => {
    expect(load(GOOD).config).toMatchObject({
      timezone: 'Europe/Paris',
      state: '/var/lib/vigie',
      http: { listen: '127.0.0.1:8080', slash_tokens: [] },
      socket: { path: '/run/vigie/vigie.sock', accounts: {} },
    });
  });

  it.each([
    ['a local socket', 'host: unix:///var/run/docker.sock'],
    ['an open port of this machine', 'host: tcp://127.0.0.1:2375'],
    ['an open port of this machine, by name', 'host: tcp://localhost:2375'],
    ['an open port of this machine, over IPv6', "host: 'tcp://[::1]:2375'"],
    [
      'a port with TLS',
      `host: tcp://pica01:2376\n  tls: { ca: "${reference('ca', CERTIFICATE)}", cert: "${reference('cert', CERTIFICATE)}", key: "${reference('tls-key', PRIVATE_KEY)}" }`,
    ],
  ])('reaches Docker over %s', (_what, lines) => {
    expect(() => load(added(`swarm:\n  ${lines}`))).not.toThrow();
  });

  it('lets one person have several accounts on the machine', () => {
    expect(load(added('socket: { accounts: { root: alice, alice: alice } }')).config.socket.accounts).toEqual({
      root: 'alice',
      alice: 'alice',
    });
  });

  it('says what to do when there is no file', () => {
    expect(() => loadConfig('/nowhere/vigie.yaml')).toThrow(/Copy templates\/vigie.yaml there/u);
  });

  it('has a hash that changes with the file, and not with its secrets', () => {
    const before = load(GOOD).hash;
    secretFile('token', TOKEN.replace('x', 'y'));
    expect(load(GOOD).hash).toBe(before);
    secretFile('token', TOKEN);
    expect(load(`${GOOD}# a remark\n`).hash).not.toBe(before);
  });

  it('warns of a chat server whose address is open to readers', () => {
    const open = load(replaced('https://team.example.org', 'http://team.example.org'));
    expect(open.warnings).toEqual(["vigie.yaml:3:8: mattermost.url: http:// shows the bot's token to everybody on the way: use https://"]);
    expect(load(replaced('https://team.example.org', 'http://127.0.0.1:8065')).warnings).toEqual([]);
  });
});

describe('secrets', () => {
  it('come from files, without the line break at their end, and are remembered for redaction', () => {
    expect(load(GOOD)).toMatchObject({ config: { mattermost: { token: TOKEN } }, secrets: [TOKEN], warnings: [] });
  });

  it('come from the environment', () => {
    process.env['VIGIE_TEST_TOKEN'] = TOKEN;
    expect(load(replaced(TOKEN_REFERENCE, '${env:VIGIE_TEST_TOKEN}'))).toMatchObject({ secrets: [TOKEN] });
  });

  it('may be a part of a text', () => {
    process.env['VIGIE_TEST_HOST'] = 'team.example.net';
    const { config } = load(replaced('https://team.example.org', 'https://${env:VIGIE_TEST_HOST}/chat'));
    expect(config.mattermost.url).toBe('https://team.example.net/chat');
  });

  it('that are no more than a host name are shown', () => {
    process.env['VIGIE_TEST_HOST'] = 'team.example.net';
    expect(load(replaced('https://team.example.org', 'https://${env:VIGIE_TEST_HOST}/chat')).secrets).toEqual([TOKEN]);
  });

  it('warn when they are too short, or a name of this very file, to be kept out of what vigie says', () => {
    process.env['VIGIE_TEST_SHORT'] = 'pad12';
    process.env['VIGIE_TEST_NAME'] = 'postgres';
    const pagers = (name: string): string =>
      added(
        `pagers: { it: { type: ntfy, url: "https://ntfy.example.org", topic: "\${env:${name}}" }, postgres: { type: webhook, url: "https://x.example.org/1" } }`,
      );
    const words = "vigie can't keep it out of what it says, and anybody can guess it. Choose another";
    expect(load(pagers('VIGIE_TEST_SHORT')).warnings).toContain(`\${env:VIGIE_TEST_SHORT} is shorter than 6 characters: ${words}`);
    expect(load(pagers('VIGIE_TEST_NAME'))).toMatchObject({
      secrets: [TOKEN],
      warnings: [`\${env:VIGIE_TEST_NAME} is also a name in this file: ${words}`],
    });
  });

  it('warn when others can read their file, once a file', () => {
    const file = secretFile('open', TOKEN, 0o644);
    const text = replaced(TOKEN_REFERENCE, `\${file:${file}}`);
    const twice = `${text}http: { url: https://v.example.org, slash_tokens: ["\${file:${file}}"] }\n`;
    expect(load(twice)).toMatchObject({
      secrets: [TOKEN],
      warnings: [`${file} can be read by others than its owner: chmod 600 it`],
    });
  });
});

describe('the parts of a configuration', () => {
  const starter = (): ReturnType<typeof load> => {
    const text = readFileSync(join(import.meta.dirname, '../../templates/vigie.yaml'), 'utf8');
    return load(text.replaceAll(/\$\{file:[^}]*\/([^}/]+)\}/gu, (_all, name: string) => reference(`starter-${name}`, fake(name))));
  };

  it('accept the starter configuration without a warning, once its secrets are there', () => {
    expect(starter().warnings).toEqual([]);
  });

  it('say what is known of a service, and of one that nobody named', () => {
    const inventory = inventoryOf(starter().config);
    expect(inventory.service('postgres')).toMatchObject({ environment: 'production', database: true, settleMs: 600_000 });
    const unheard = { environment: null, repositories: [], database: false, self: false, stackFile: null, most: 10, settleMs: 300_000 };
    expect(inventory.service('unheard-of')).toEqual({ name: 'unheard-of', ...unheard });
    expect(inventory.service('constructor')).toEqual({ name: 'constructor', ...unheard });
  });

  it('say who may do what, in the order of the file', () => {
    const { config } = starter();
    expect(policyOf(config).roles.map((role) => role.name)).toEqual(['operator', 'member']);
    expect(roleMembersOf(config)).toContainEqual({ role: 'operator', users: ['alice', 'bob'], groups: [], channels: [] });
  });

  it('name the approvers of a rule', () => {
    const rule = added('policy:\n  - { match: { action: deploy }, set: { approvers: 2, approved_by: [operator] } }');
    expect(policyOf(load(rule).config).rules).toEqual([{ match: { action: 'deploy' }, set: { approvers: 2, approvedBy: ['operator'] } }]);
  });
});

function reference(name: string, content: string): string {
  return `\${file:${secretFile(name, content)}}`;
}

/** Something that has the form of the secret with that name. */
function fake(name: string): string {
  if (name.endsWith('token')) return TOKEN;
  return name.endsWith('key') ? PRIVATE_KEY : 'a password';
}
