import { describe, expect, it } from 'vitest';
import { added, GOOD, KEY_REFERENCE, problemsOf, replaced, secretFile, TOKEN_REFERENCE } from './sample.ts';

type Bad = readonly [what: string, text: string, expected: readonly string[]];

const SSH = `{ key: "${KEY_REFERENCE}", host_key: "SHA256:${'A'.repeat(43)}" }`;
const column = (text: string, part: string): number => (text.split('\n').find((line) => line.includes(part)) ?? '').indexOf(part) + 1;

const KEYS: readonly Bad[] = [
  ['a key that is mistyped', replaced('language:', 'langauge:'), ['vigie.yaml:1:1: langauge: unknown key, did you mean language?']],
  [
    'a nested key that is mistyped',
    replaced('  token:', '  tokne: x\n  token:'),
    ['vigie.yaml:4:3: mattermost.tokne: unknown key, did you mean token?'],
  ],
  [
    'a key of a role that is mistyped',
    replaced('    approves', '    aproves: []\n    approves'),
    ['vigie.yaml:9:5: roles.operator.aproves: unknown key, did you mean approves?'],
  ],
  ['a key that is like nothing', added('zzz: 1'), ['vigie.yaml:10:1: zzz: unknown key']],
  ['a key with a number for a name', added('8080: x'), ['vigie.yaml:10:1: 8080: unknown key']],
  [
    'a key of a policy rule that is mistyped',
    added('policy:\n  - match: { acton: deploy }\n    set: { risk: safe }'),
    ['vigie.yaml:11:14: policy.0.match.acton: unknown key, did you mean action?'],
  ],
  [
    'a key of the second of two rules',
    added('policy:\n  - { match: {}, set: { risk: safe } }\n  - { match: {}, set: { rsik: safe } }'),
    ['vigie.yaml:12:25: policy.1.set.rsik: unknown key, did you mean risk?'],
  ],
  ['a key given twice', added('language: fr'), ['vigie.yaml:10:1: Map keys must be unique']],
  ['a missing part', 'roles:\n  a: { users: [x], may: [read] }\n', ['vigie.yaml:1:1: mattermost: is missing']],
  ['a missing key', replaced(`  token: ${TOKEN_REFERENCE}\n`, ''), ['vigie.yaml:2:1: mattermost.token: is missing']],
  [
    'a key without a value',
    replaced('url: https://team.example.org', 'url:'),
    ['vigie.yaml:3:7: mattermost.url: must be a text: put it in quotes'],
  ],
  ['an empty file', '', ['vigie.yaml:1:1: mattermost: is missing', 'vigie.yaml:1:1: roles: is missing']],
  ['a file that is a list', '- language: en\n', ['vigie.yaml:1:1: the file: must be a map']],
  [
    'a file that is no YAML',
    'language: [en\n',
    ['vigie.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ],
];

const FORMS: readonly Bad[] = [
  ['a language that vigie does not speak', replaced('language: en', 'language: de'), ['vigie.yaml:1:11: language: must be one of en, fr']],
  [
    'a language of a channel that vigie does not speak',
    replaced('mattermost:', 'mattermost:\n  languages: { support: de }'),
    ['vigie.yaml:3:25: mattermost.languages.support: must be one of en, fr'],
  ],
  [
    'a time zone that is none',
    added('timezone: Europe/Pariss'),
    ['vigie.yaml:10:11: timezone: is no time zone: write one such as Europe/Paris'],
  ],
  ['a relative folder', added('state: var/vigie'), ['vigie.yaml:10:8: state: must be an absolute path']],
  [
    'an address with a slash at the end',
    replaced('example.org', 'example.org/'),
    ['vigie.yaml:3:8: mattermost.url: must be an address such as https://team.example.org, without a slash at the end'],
  ],
  [
    'an address without a scheme',
    replaced('https://team', 'team'),
    ['vigie.yaml:3:8: mattermost.url: must be an address such as https://team.example.org, without a slash at the end'],
  ],
  [
    'a number where text is meant',
    replaced('language: en', 'timezone: 12'),
    ['vigie.yaml:1:11: timezone: must be a text: put it in quotes'],
  ],
  ['text where a list is meant', replaced('[alice, bob]', 'alice'), ['vigie.yaml:7:12: roles.operator.users: must be a list']],
  ['a map where a list is meant', replaced('[alice, bob]', '{ alice: true }'), ['vigie.yaml:7:5: roles.operator.users: must be a list']],
  [
    'text where a map is meant',
    replaced(`\n  url: https://team.example.org\n  token: ${TOKEN_REFERENCE}`, ' here'),
    ['vigie.yaml:2:13: mattermost: must be a map'],
  ],
  ['a truth that is none', added('services:\n  a: { database: maybe }'), ['vigie.yaml:11:18: services.a.database: must be true or false']],
  [
    'a user name with an @',
    replaced('[alice, bob]', '["@alice"]'),
    ['vigie.yaml:7:13: roles.operator.users.0: must be a user name, without the @'],
  ],
  [
    'a person behind an account with an @',
    added('socket: { accounts: { root: "@alice" } }'),
    ['vigie.yaml:10:29: socket.accounts.root: must be a user name, without the @'],
  ],
  [
    'a channel with its sign',
    replaced('users: [alice, bob]', 'channels: ["~ops"]'),
    ['vigie.yaml:7:16: roles.operator.channels.0: must be the name of a channel as its address shows it: small letters, digits and -'],
  ],
  [
    'a slash command with its slash',
    replaced('mattermost:', 'mattermost:\n  command: /ops'),
    ['vigie.yaml:3:12: mattermost.command: must be a word of small letters, without the slash'],
  ],
  [
    'a listen address without a port',
    added('http:\n  listen: localhost'),
    ['vigie.yaml:11:11: http.listen: must be host:port, such as 127.0.0.1:8080'],
  ],
  ['a port that is none', added('http:\n  listen: localhost:80800'), ['vigie.yaml:11:11: http.listen: no port is above 65535']],
  [
    'a path too long for a socket',
    added(`socket: { path: /run/${'v'.repeat(110)} }`),
    ["vigie.yaml:10:17: socket.path: must be at most 107 characters long: no Unix socket's path is longer"],
  ],
  [
    'an image where a repository is meant',
    added('services:\n  pad: { repositories: ["registry.example.org/pad:2.1"] }'),
    ['vigie.yaml:11:25: services.pad.repositories.0: must be a repository such as registry.example.org/pad: no https://, no tag'],
  ],
  [
    'a registry with a scheme',
    added(
      `swarm:\n  host: unix:///var/run/docker.sock\n  registries: { "https://r.example.org": { username: v, password: "${TOKEN_REFERENCE}" } }`,
    ),
    [
      'vigie.yaml:12:17: swarm.registries.https://r.example.org: must be a host such as registry.example.org or host:5000, without https://',
    ],
  ],
  [
    'a time-out that is a number',
    added('swarm:\n  host: unix:///var/run/docker.sock\n  timeout: 10'),
    ['vigie.yaml:12:12: swarm.timeout: must be a text: put it in quotes'],
  ],
  [
    'a time-out with a slip',
    added('swarm:\n  host: unix:///var/run/docker.sock\n  timeout: 10 s'),
    ['vigie.yaml:12:12: swarm.timeout: must be a duration such as 90s, 10m or 1h30m'],
  ],
];

const PEOPLE: readonly Bad[] = [
  [
    'a risk that is none',
    replaced('change, danger]\n    approves', 'chance]\n    approves'),
    ['vigie.yaml:8:17: roles.operator.may.1: must be one of read, safe, change, danger'],
  ],
  [
    'no role at all',
    `${GOOD.slice(0, GOOD.indexOf('roles'))}roles: {}\n`,
    ['vigie.yaml:5:1: roles: names no role: nobody could do anything'],
  ],
  [
    'a role that nobody has',
    replaced('users: [alice, bob]', 'users: []'),
    ['vigie.yaml:6:3: roles.operator: nobody has this role: name users, groups or channels'],
  ],
  [
    'a change that nobody approves',
    replaced('approves: [change, danger]', 'approves: [danger]'),
    ['vigie.yaml:5:1: roles: somebody may ask for a change, but no role approves one: add change to the approves of a role'],
  ],
  [
    'a danger that nobody approves',
    replaced('approves: [change, danger]', 'approves: [change]'),
    ['vigie.yaml:5:1: roles: somebody may ask for a danger, but no role approves one: add danger to the approves of a role'],
  ],
  [
    'a policy for a role that is not there',
    added('policy:\n  - match: { action: deploy }\n    set: { roles: [operatr] }'),
    ['vigie.yaml:12:20: policy.0.set.roles.0: there is no role operatr, did you mean operator?'],
  ],
  [
    'approvers that are not there',
    added('policy:\n  - match: {}\n    set: { approved_by: [ghosts] }'),
    ['vigie.yaml:12:26: policy.0.set.approved_by.0: there is no role ghosts'],
  ],
  [
    'half an approver',
    added('policy:\n  - match: {}\n    set: { approvers: 1.5 }'),
    ['vigie.yaml:12:23: policy.0.set.approvers: must be a whole number'],
  ],
  [
    'more approvers than anybody finds',
    added('policy:\n  - match: {}\n    set: { approvers: 20 }'),
    ['vigie.yaml:12:23: policy.0.set.approvers: must be at most 9'],
  ],
  [
    'a rule that lets nobody ask',
    added('policy:\n  - match: {}\n    set: { roles: [] }'),
    ['vigie.yaml:12:12: policy.0.set.roles: must be at least 1 of them'],
  ],
  [
    'a rule that changes nothing',
    added('policy:\n  - match: { action: deploy }\n    set: {}'),
    ['vigie.yaml:12:5: policy.0.set: changes nothing: name risk, approvers, roles or approved_by'],
  ],
  [
    'a danger that nobody has to approve',
    added('policy:\n  - match: {}\n    set: { risk: danger, approvers: 0 }'),
    ['vigie.yaml:12:37: policy.0.set.approvers: a danger is always approved by somebody else: at least 1'],
  ],
  [
    'a danger for which too few are left besides whoever asks',
    added('policy:\n  - match: {}\n    set: { risk: danger, approvers: 2 }'),
    ['vigie.yaml:12:37: policy.0.set.approvers: wants 2 people besides whoever asks, and 2 have a role that may approve'],
  ],
  [
    'the same of what is a danger by itself',
    added('policy:\n  - match: { action: deploy, risk: danger }\n    set: { approvers: 2 }'),
    ['vigie.yaml:12:23: policy.0.set.approvers: wants 2 people besides whoever asks, and 2 have a role that may approve'],
  ],
  [
    'more approvers than there are people',
    added('policy:\n  - match: {}\n    set: { approvers: 3 }'),
    ['vigie.yaml:12:23: policy.0.set.approvers: wants 3 people, and 2 have a role that may approve'],
  ],
];

const SYSTEMS: readonly Bad[] = [
  [
    'slash tokens without an address',
    added(`http:\n  slash_tokens: ["${TOKEN_REFERENCE}"]`),
    ['vigie.yaml:11:3: http.slash_tokens: needs http.url too: the address at which Mattermost reaches vigie'],
  ],
  [
    'a Docker address that is none',
    added('swarm:\n  host: pica01'),
    ['vigie.yaml:11:9: swarm.host: must be unix:///path, tcp://host:port or ssh://user@host'],
  ],
  [
    'a relative Docker socket',
    added('swarm:\n  host: unix://docker.sock'),
    ['vigie.yaml:11:9: swarm.host: must be unix:///path, tcp://host:port or ssh://user@host'],
  ],
  [
    'an open Docker port of another machine',
    added('swarm:\n  host: tcp://pica01:2375'),
    ['vigie.yaml:11:9: swarm.host: needs swarm.tls: whoever reaches an open Docker port is root there'],
  ],
  ['a Docker port that is none', added('swarm:\n  host: tcp://127.0.0.1:99999'), ['vigie.yaml:11:9: swarm.host: no port is above 65535']],
  [
    'SSH without its key',
    added('swarm:\n  host: ssh://vigie@pica01'),
    ['vigie.yaml:11:9: swarm.host: needs swarm.ssh with key and host_key'],
  ],
  [
    'a host key that is no fingerprint',
    added(`swarm:\n  host: ssh://v@p\n  ssh:\n    host_key: "aa:bb"\n    key: ${KEY_REFERENCE}`),
    ['vigie.yaml:13:15: swarm.ssh.host_key: must be SHA256:… as `ssh-keygen -lf` prints it'],
  ],
  [
    'an SSH key for a local socket',
    added(`swarm:\n  host: unix:///var/run/docker.sock\n  ssh: ${SSH}`),
    ['vigie.yaml:12:3: swarm.ssh: is only for ssh://'],
  ],
  [
    'two services that are vigie',
    added('services:\n  a: { self: true }\n  b: { self: true }'),
    ['vigie.yaml:12:14: services.b.self: only one service can be vigie itself, and a is'],
  ],
];

const literal = (path: string, name: string, variable: string): string =>
  `${path}: a secret must not stand here itself: write \${file:/run/secrets/${name}} or \${env:${variable}}`;
const shortToken = `\${file:${secretFile('short', 'hunter2')}}`;
const twoSlashTokens = added(`http:\n  url: https://v.example.org\n  slash_tokens: ["${TOKEN_REFERENCE}", "${shortToken}"]`);

const SECRETS: readonly Bad[] = [
  [
    'a secret that stands there itself',
    replaced(TOKEN_REFERENCE, 'hunter2'),
    [literal('vigie.yaml:4:10: mattermost.token', 'token', 'TOKEN')],
  ],
  [
    'a secret that looks like a number',
    replaced(TOKEN_REFERENCE, '12345678'),
    [literal('vigie.yaml:4:10: mattermost.token', 'token', 'TOKEN')],
  ],
  [
    'a secret in a list that stands there itself',
    added('http:\n  url: https://v.example.org\n  slash_tokens: [hunter2]'),
    [literal('vigie.yaml:12:18: http.slash_tokens.0', 'slash_tokens', 'SLASH_TOKENS')],
  ],
  [
    'a password that stands there itself',
    added('swarm:\n  host: unix:///var/run/docker.sock\n  registries: { r.example.org: { username: v, password: hunter2 } }'),
    [literal('vigie.yaml:12:57: swarm.registries.r.example.org.password', 'password', 'PASSWORD')],
  ],
  [
    'a secret whose file is not there',
    replaced(TOKEN_REFERENCE, '${file:/nowhere/token}'),
    ['vigie.yaml:4:10: mattermost.token: ${file:/nowhere/token}: there is no such file'],
  ],
  [
    'a secret whose file is a folder',
    replaced(TOKEN_REFERENCE, '${file:/tmp}'),
    ['vigie.yaml:4:10: mattermost.token: ${file:/tmp}: EISDIR: illegal operation on a directory, read'],
  ],
  [
    'a secret whose file is empty',
    replaced(TOKEN_REFERENCE, `\${file:${secretFile('empty', '')}}`),
    [`vigie.yaml:4:10: mattermost.token: \${file:${secretFile('empty', '')}}: the file is empty`],
  ],
  [
    'a secret with half a path',
    replaced(TOKEN_REFERENCE, '${file:secrets/token}'),
    ['vigie.yaml:4:10: mattermost.token: ${file:secrets/token}: write the whole path, from the first /'],
  ],
  [
    'a secret whose variable is not there',
    replaced(TOKEN_REFERENCE, '${env:VIGIE_NOT_SET}'),
    ['vigie.yaml:4:10: mattermost.token: ${env:VIGIE_NOT_SET}: the environment has no VIGIE_NOT_SET'],
  ],
  [
    'a reference of the shell',
    replaced(TOKEN_REFERENCE, '${VIGIE_TOKEN}'),
    ['vigie.yaml:4:10: mattermost.token: ${VIGIE_TOKEN}: a reference is ${file:/path} or ${env:NAME}'],
  ],
  [
    'a reference that does not end',
    replaced(TOKEN_REFERENCE, '${file:/run/token'),
    ['vigie.yaml:4:10: mattermost.token: ${file:/run/token: a reference is ${file:/path} or ${env:NAME}'],
  ],
  [
    'a broken reference outside of secrets',
    replaced('https://team.example.org', '${env:VIGIE_NOT_SET}'),
    ['vigie.yaml:3:8: mattermost.url: ${env:VIGIE_NOT_SET}: the environment has no VIGIE_NOT_SET'],
  ],
  [
    'a token of the wrong length',
    replaced(TOKEN_REFERENCE, shortToken),
    ['vigie.yaml:4:10: mattermost.token: must lead to the 26 letters and digits of an access token'],
  ],
  [
    'a slash token of the wrong length',
    twoSlashTokens,
    [
      `vigie.yaml:12:${column(twoSlashTokens, `"${shortToken}"`)}: http.slash_tokens.1: must lead to the 26 letters and digits that Mattermost shows with a slash command`,
    ],
  ],
  [
    'a path where a key is meant',
    added(`swarm:\n  host: ssh://v@p\n  ssh: { key: "${TOKEN_REFERENCE}", host_key: "SHA256:${'A'.repeat(43)}" }`),
    ['vigie.yaml:12:15: swarm.ssh.key: must lead to a PEM private key: write ${file:/path/to/it}'],
  ],
];

const EVERYTHING: Bad = [
  'everything at once',
  'language: de\nmattermost: { url: x, token: y, colour: red }\n',
  [
    literal('vigie.yaml:2:30: mattermost.token', 'token', 'TOKEN'),
    'vigie.yaml:1:11: language: must be one of en, fr',
    'vigie.yaml:2:20: mattermost.url: must be an address such as https://team.example.org, without a slash at the end',
    'vigie.yaml:2:33: mattermost.colour: unknown key',
    'vigie.yaml:1:1: roles: is missing',
  ],
];

describe('configuration', () => {
  it.each([...KEYS, ...FORMS, ...PEOPLE, ...SYSTEMS, ...SECRETS, EVERYTHING])('refuses %s', (_what, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it('never shows a secret in a problem', () => {
    const all = [...KEYS, ...FORMS, ...PEOPLE, ...SYSTEMS, ...SECRETS].flatMap(([, text]) => problemsOf(text));
    expect(all.join('\n')).not.toContain('hunter2');
  });
});
