import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAgeRecipient } from '#config/age-recipient.ts';
import { keepOf } from '#config/backups.ts';
import { parseConfig } from '#config/load.ts';
import { added, KEY_REFERENCE, problemsOf } from './sample.ts';

const DAY = 86_400_000;
const RECIPIENT = await identityToRecipient(await generateX25519Identity());
/** Its last letter is another one, whichever it is. */
const SLIPPED = `${RECIPIENT.slice(0, -1)}${RECIPIENT.endsWith('q') ? 'p' : 'q'}`;
const SSH = `ssh: { host: root@bob, key: "${KEY_REFERENCE}", host_key: "SHA256:${'A'.repeat(43)}" }`;
const HOST_BOB = `hosts:\n  bob: { ${SSH} }\n`;
const DATABASE_PAD = `${HOST_BOB}databases: { pad: { engine: postgres, host: bob } }\n`;
const backups = (members: string): string => added(`backups: { ${members} }`);
const parsed = (members: string) => parseConfig(backups(members), 'vigie.yaml').config.backups;
const warningsOf = (text: string): readonly string[] => parseConfig(text, 'vigie.yaml').warnings;

describe('configuration of backups', () => {
  it('needs no more than a folder; a week is kept, and never fewer than four', () => {
    const config = parsed('directory: /DATA/BACKUP');
    expect(config).toMatchObject({ directory: '/DATA/BACKUP', full: 85, targets: {}, copies: {} });
    if (config === undefined) throw new Error('nothing parsed');
    expect(keepOf(config, 'pad')).toEqual({ withinMs: 7 * DAY, last: 4, daily: 0, weekly: 0, monthly: 0, yearly: 0, atLeastMs: DAY });
  });

  it('has rules of their own for single databases', () => {
    const targets = 'targets: { pad: { keep: { within: 2d, weekly: 8 } } }';
    const text = `${DATABASE_PAD}backups: { directory: /b, keep: { last: 3 }, ${targets} }`;
    const config = parseConfig(added(text), 'vigie.yaml').config.backups;
    if (config === undefined) throw new Error('nothing parsed');
    expect(keepOf(config, 'pad')).toMatchObject({ withinMs: 2 * DAY, last: 0, weekly: 8 });
    expect(keepOf(config, 'wiki')).toMatchObject({ withinMs: 0, last: 3, weekly: 0 });
    expect(keepOf(config, 'constructor')).toMatchObject({ last: 3 });
  });

  it('names a target that is no database, and the one that was meant', () => {
    const text = added(`${DATABASE_PAD}backups: { directory: /b, targets: { padd: { keep: { last: 3 } } } }`);
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^vigie\.yaml:\d+:\d+: backups\.targets\.padd: there is no padd in databases, did you mean pad\?$/u),
    ]);
  });

  it.each([
    ['{}', 'backups.directory: is missing'],
    ['directory: backups', 'must be an absolute path'],
    ['directory: /', 'must be a folder below /, without ..'],
    ['directory: /b/../etc', 'must be a folder below /, without ..'],
    ['directory: /b, marker: a/b', 'must be the name of a file in the directory, without /'],
    ['directory: /b, full: 100', 'backups.full: must be at most 99'],
    ['directory: /b, full: 20', 'backups.full: must be at least 50'],
    ['directory: /b, keep: {}', 'backups.keep: names no rule: write within: 7d, or last: 28'],
    ['directory: /b, keep: { last: 0 }', 'backups.keep: names no rule'],
    ['directory: /b, keep: { last: -1 }', 'backups.keep.last: must be at least 0'],
    ['directory: /b, keep: { daily: 1.5 }', 'backups.keep.daily: must be a whole number'],
    ['directory: /b, keep: { within: 7 days }', 'must be a duration such as 90s, 10m or 1h30m'],
    ['directory: /b, keep: { hourly: 3 }', 'backups.keep.hourly: unknown key'],
    ['directory: /b, keep: { dayly: 3 }', 'backups.keep.dayly: unknown key, did you mean daily?'],
    ['directory: /b, targets: { pad: {} }', 'backups.targets.pad.keep: is missing'],
    ['directory: /b, copies: { Bob: { directory: /c } }', 'must be a name of small letters, digits and -'],
    ['directory: /b, copies: { main: { directory: /c } }', 'is what the first place is called'],
    ['directory: /b, copies: { bob: { directory: /b/ } }', 'backups.copies.bob.directory: is the folder of the first place already'],
    [
      `directory: /b, copies: { bob: { directory: /b, ${SSH} }, eve: { directory: /b, ${SSH} } }`,
      'backups.copies.eve.directory: is the folder of bob already',
    ],
    [`directory: /b, copies: { bob: { directory: /b, ${SSH.replace('@bob', '@bob:70000')} } }`, 'no port is above 65535'],
    [`directory: /b, copies: { bob: { directory: /c, ${SSH.replace('root@', '')} } }`, 'must be user@host or user@host:port'],
    ['directory: /b, copies: { bob: { directory: /c, age: age1… } }', 'must be an age recipient, as `age-keygen -y` prints it: age1…'],
    [`directory: /b, copies: { bob: { directory: /c, age: ${SLIPPED} } }`, 'must be an age recipient'],
    ['directory: /b, copies: { bob: { directory: /c, age: ssh-ed25519 AAAA } }', 'must be an age recipient'],
  ])('refuses %s', (members, problem) => {
    expect(problemsOf(members === '{}' ? added('backups: {}') : backups(members)).join('\n')).toContain(problem);
  });

  it('refuses the secret key where the recipient belongs, and does not repeat it', async () => {
    const identity = await generateX25519Identity();
    const problems = problemsOf(backups(`directory: /b, copies: { bob: { directory: /c, age: ${identity} } }`)).join('\n');
    expect(problems).toContain('is the secret key: whoever breaks in here would read all backups');
    expect(problems).not.toContain('must be an age recipient');
    expect(problems).not.toContain(identity);
  });

  it('warns when no copy leaves the machine', () => {
    const warning = 'backups: no copy leaves this machine: name another one in backups.copies';
    expect(warningsOf(backups('directory: /b')).join('\n')).toContain(warning);
    expect(warningsOf(backups('directory: /b, copies: { usb: { directory: /mnt/usb } }')).join('\n')).toContain(warning);
    expect(warningsOf(HOST_BOB + backups(`directory: /b, copies: { bob: { directory: /c, ${SSH} } }`))).toEqual([]);
  });

  it('warns when a copy goes unencrypted to a machine that is nobody of ours', () => {
    const offsite = SSH.replace('root@bob', 'vigie@offsite.example.org:2222');
    expect(warningsOf(backups(`directory: /b, copies: { friend: { directory: /c, ${offsite} } }`)).join('\n')).toContain(
      'backups.copies.friend: copies go unencrypted to a machine that nothing else here names',
    );
    expect(warningsOf(backups(`directory: /b, copies: { friend: { directory: /c, ${offsite}, age: ${RECIPIENT} } }`))).toEqual([]);
  });

  it('takes the example of the starter configuration', () => {
    const template = readFileSync(join(import.meta.dirname, '../../templates/vigie.yaml'), 'utf8');
    const lines = template.split('\n');
    const from = lines.indexOf('# backups:');
    const example = lines.slice(from, lines.indexOf('', from)).map((line) => line.slice(2));
    const text = example
      .join('\n')
      .replace('age1…', RECIPIENT)
      .replaceAll(/\$\{file:[^}]*\}/gu, `"${KEY_REFERENCE}"`);
    const whole = added(`${DATABASE_PAD.replace('pad:', 'etherpad:')}${text}`);
    expect(problemsOf(whole)).toEqual([]);
    expect(Object.keys(parseConfig(whole, 'vigie.yaml').config.backups?.copies ?? {})).toEqual(['bob', 'friend']);
  });
});

describe('an age recipient', () => {
  it('is what age makes', async () => {
    for (let round = 0; round < 20; round += 1)
      expect(isAgeRecipient(await identityToRecipient(await generateX25519Identity()))).toBe(true);
  });

  it('is none with a slip in it', () => {
    const letter = fc.constantFrom(...'qpzry9x8gf2tvdw0s3jn54khce6mua7lb1io'.split(''));
    fc.assert(
      fc.property(fc.integer({ min: 5, max: RECIPIENT.length - 1 }), letter, (at, other) => {
        const slipped = RECIPIENT.slice(0, at) + other + RECIPIENT.slice(at + 1);
        expect(isAgeRecipient(slipped)).toBe(slipped === RECIPIENT);
      }),
    );
  });

  it.each(['', 'age1', RECIPIENT.toUpperCase(), RECIPIENT.slice(0, -1), `${RECIPIENT} `, `x${RECIPIENT}`])('is not %j', (text) => {
    expect(isAgeRecipient(text)).toBe(false);
  });
});
