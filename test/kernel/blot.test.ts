import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlot } from '#kernel/blot.ts';

const SECRET = 'kR7$w/ö"3 &x<9_Qz';

describe('a secret', () => {
  const blot = createBlot([SECRET]);
  const base64 = (text: string, encoding: BufferEncoding = 'utf8'): string => Buffer.from(text, encoding).toString('base64');

  it.each([
    ['as it is', SECRET],
    ['in JSON', JSON.stringify({ SECRET })],
    ['in JSON in JSON', JSON.stringify(JSON.stringify({ SECRET }))],
    ['in an address', `https://host/?q=${encodeURIComponent(SECRET)}`],
    ['in an address, in small letters', encodeURIComponent(SECRET).replaceAll(/%../gu, (code) => code.toLowerCase())],
    ['in a form', new URLSearchParams({ password: SECRET }).toString()],
    ['in HTML', SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
    ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
    ['in a header', `authorization: Basic ${base64(`elastic:${SECRET}`)}`],
    ['in a header in Latin-1', `authorization: Basic ${base64(`elastic:${SECRET}`, 'latin1')}`],
    ["in Docker's header", Buffer.from(JSON.stringify({ password: SECRET })).toString('base64url')],
  ])('does not get through %s', (_how, text) => {
    const shown = blot(`before ${text} behind`);
    expect(shown).toContain('[secret]');
    expect(shown).not.toContain(text);
    expect(shown).toMatch(/^before .* ?behind$/u);
  });

  it('does not get through any longer base64, wherever it begins there', () => {
    const word = fc.string({ unit: 'grapheme-ascii', maxLength: 9 });
    fc.assert(
      fc.property(word, word, (before, behind) => {
        const encoded = Buffer.from(`${before}hunter2hunter${behind}`).toString('base64');
        for (const text of [encoded, encoded.replaceAll('=', ''), encoded.replaceAll('+', '-').replaceAll('/', '_')])
          expect(createBlot(['hunter2hunter'])(text)).toBe('[secret]');
      }),
    );
  });

  it('does not get through in a text that was cut', () => {
    expect(blot(`the password is ${SECRET.slice(0, 9)}`)).toBe('the password is [secret]');
    expect(blot(`the password is ${SECRET.slice(0, 12)}…`)).toBe('the password is [secret]…');
    expect(blot(`${SECRET.slice(-10)} was the password`)).toBe('[secret] was the password');
  });

  it('of several lines does not get through one line at a time', () => {
    const key = `-----BEGIN KEY-----\n${'QUJD'.repeat(16)}\n${'REVG'.repeat(16)}\n-----END KEY-----`;
    expect(createBlot([key])(`  ${'REVG'.repeat(16)}\n`)).toBe('  [secret]\n');
  });

  it('that is a whole address leaves its host to be named', () => {
    const heard = createBlot(['https://hc.example.org/ping/0123-4567-89ab']);
    expect(heard('no answer from https://hc.example.org')).toBe('no answer from https://hc.example.org');
    expect(heard('GET /ping/0123-4567-89ab: 404')).toBe('GET [secret]: 404');
  });

  it('that is short stays, since ordinary words would go with it', () => {
    expect(createBlot(['pad'])('pad is up')).toBe('pad is up');
  });

  it('that stands in another goes with it', () => {
    expect(createBlot(['longsecret', 'longsecret-and-more'])('x longsecret-and-more y')).toBe('x [secret] y');
  });
});

describe('what says itself that it is a secret', () => {
  const blot = createBlot([]);

  it.each([
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [secret]'],
    ['"Bearer abcdefghijk1234567890"', '"Bearer [secret]"'],
    ['PVEAPIToken=vigie@pve!bot=0000-11', 'PVEAPIToken=[secret]'],
    ['https://alice:hunter2@host/x', 'https://[secret]@host/x'],
    ["LINE 1: create role x login password 'a1b2c3' valid until", 'LINE 1: create role x login password [secret] valid until'],
    ["create user x identified by 'a1b2c3';", 'create user x identified by [secret];'],
    ['host=db password=hunter2 user=x', 'host=db password=[secret] user=x'],
    ['https://chat/hooks/commands/abcdefghijklmnopqrstuvwxyz', 'https://chat/hooks/[secret]'],
  ])('%s becomes %s', (text, shown) => {
    expect(blot(text)).toBe(shown);
  });

  it.each([
    'Basic authentication is required',
    'the bearer of this certificate',
    'https://host:9200/x',
    'basic subscription',
    'no password supplied',
    'password authentication failed for user',
    'mattermost.password: wrong',
  ])('%s stays', (text) => {
    expect(blot(text)).toBe(text);
  });
});

describe('to blot', () => {
  it('changes nothing where no secret stands', () => {
    const blot = createBlot(['s3cr3t-number-one']);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '=', ' ', '/', 'Basic', '\n', 's3c') }), (text) => {
        expect(blot(text)).toBe(text);
      }),
    );
  });

  it('takes time that grows with the text alone, whatever stands there', () => {
    const blot = createBlot(['s3cr3ts3cr3ts3cr3tX', ...Array.from({ length: 40 }, (_, index) => `another secret, number ${index}`)]);
    for (const text of ['s3cr3t'.repeat(200_000), '.'.repeat(1_000_000), 'Basic AAAA '.repeat(100_000), '://a:'.repeat(200_000)]) {
      const before = process.cpuUsage().user;
      blot(text);
      expect((process.cpuUsage().user - before) / 1_000).toBeLessThan(3_000);
    }
  });
});
