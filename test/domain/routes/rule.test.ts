import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostsOf, reduce, type Condition } from '#domain/routes/condition.ts';
import { readRule } from '#domain/routes/rule.ts';
import { readRuleV1 } from '#domain/routes/rule-v1.ts';

function conditionOf(rule: string, read = readRule): Condition {
  const { condition } = read(rule);
  if (condition === null) throw new Error(`${rule} can't be read`);
  return condition;
}

/** Whether a rule takes a request; `open` where that depends on what isn't known. */
function takes(rule: string, host: string, path?: string, read = readRule): boolean | 'open' {
  const left = reduce(conditionOf(rule, read), path === undefined ? { host } : { host, path });
  return typeof left === 'boolean' ? left : 'open';
}

describe('a rule of Traefik 2 and 3', () => {
  it.each([
    ['Host(`a.net`)', ['a.net']],
    ['Host(`A.net`, `b.net`)', ['a.net', 'b.net']],
    ['Host("a.net") || Host("b.net")', ['a.net', 'b.net']],
    ['(Host(`a.net`)||Host(`b.net`))&&PathPrefix(`/api`)', ['a.net', 'b.net']],
    ['Host(`a.net`) && !Host(`b.net`)', ['a.net']],
    ['HostSNI(`*`)', []],
    ['HostSNI(`db.net`)', ['db.net']],
    ['host(`a.net`)', ['a.net']],
    ['PathPrefix(`/`)', []],
    ['HostRegexp(`{sub:[a-z]+}.a.net`)', []],
  ])('%s is meant for %j', (rule, hosts) => {
    expect(hostsOf(conditionOf(rule))).toEqual(hosts);
  });

  it.each([
    ['Host(`a.net`)', 'A.NET', '/', true],
    ['Host(`a.net`)', 'b.net', '/', false],
    ['Host(`a.net`) && PathPrefix(`/api`)', 'a.net', '/', false],
    ['Host(`a.net`) && PathPrefix(`/api`)', 'a.net', '/api/x', true],
    ['Host(`a.net`) && PathPrefix(`/api`)', 'a.net', undefined, 'open'],
    ['Host(`a.net`) && !PathPrefix(`/api`)', 'a.net', '/', true],
    ['!(Host(`a.net`) || Host(`b.net`))', 'b.net', '/', false],
    ['Host(`a.net`) || Host(`b.net`) && Path(`/x`)', 'a.net', '/', true],
    ['(Host(`a.net`) || Host(`b.net`)) && Path(`/x`)', 'a.net', '/', false],
    ['Host(`a.net`) && Headers(`X-Team`, `blue`)', 'a.net', '/', 'open'],
    ['Host(`a.net`) && ClientIP(`10.0.0.0/8`)', 'b.net', '/', false],
    ['HostRegexp(`{sub:[a-z]+}.a.net`)', 'x.a.net', '/', true],
    ['HostRegexp(`{sub:[a-z]+}.a.net`)', 'x1.a.net', '/', false],
    ['HostRegexp(`{sub}.a.net`)', 'x.y.a.net', '/', false],
    ['HostRegexp(`a.net`, `{sub:[a-z]{1,3}}.a.net`)', 'abc.a.net', '/', true],
    [String.raw`HostRegexp(${'`'}^[a-z]{1,3}\.a\.net$${'`'})`, 'abc.a.net', '/', true],
    [String.raw`HostRegexp(${'`'}^[a-z]{1,3}\.a\.net$${'`'})`, 'abcd.a.net', '/', false],
    ['HostSNI(`*`)', 'anything.net', '/', true],
  ])('%s, asked for %s%s: %s', (rule, host, path, expected) => {
    expect(takes(rule, host, path)).toBe(expected);
  });

  it.each([
    ['', null, null],
    ['Host(`a.net`', null, null],
    ['Host(a.net)', 'a.net', null],
    ["Host('a.net')", "'a.net')", null],
    ['Host(`a.net`) & Path(`/`)', '& Path(`/`)', null],
    ['Host(`a.net`) && ', null, null],
    ['Host(`a.net`) Path(`/`)', 'Path', null],
    ['Hots(`a.net`)', 'Hots', 'Host'],
    ['PathPrefx(`/x`)', 'PathPrefx', 'PathPrefix'],
    ['Host()', ')', null],
    ['Host:a.net', ':a.net', null],
    ['toString(`a.net`)', 'toString', null],
    ['constructor(`a`)', 'constructor', null],
  ])('%s is not guessed: it stops at "%s"', (rule, found, near) => {
    expect(readRule(rule)).toEqual({ condition: null, unread: { found, nearest: near } });
  });

  it('reads whatever it is given without falling over it', () => {
    const piece = fc.constantFrom('Host', '(', ')', '`a`', '"b"', '&&', '||', '!', ',', ' ', 'x', '`', '"', '\\', '{', '\n', 'é');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const { condition, unread } = readRule(pieces.join(''));
        expect(condition === null).toBe(unread !== null);
        if (condition !== null) reduce(condition, { host: 'a', path: '/' });
      }),
    );
  });
});

describe('a rule of Traefik 1', () => {
  it.each([
    ['Host:a.net', ['a.net']],
    ['Host:a.net,b.net', ['a.net', 'b.net']],
    ['Host: a.net , B.net ; PathPrefix: /x', ['a.net', 'b.net']],
    ['PathPrefixStrip:/x;Host:a.net;AddPrefix:/y', ['a.net']],
  ])('%s is meant for %j', (rule, hosts) => {
    expect(hostsOf(conditionOf(rule, readRuleV1))).toEqual(hosts);
  });

  it.each([
    ['Host:a.net,b.net;PathPrefix:/x', 'b.net', '/x/y', true],
    ['Host:a.net,b.net;PathPrefix:/x', 'b.net', '/', false],
    ['HostRegexp:{sub:[a-z]{1,3}}.a.net', 'abc.a.net', '/', true],
    ['HostRegexp:{sub:[a-z]{1,3}}.a.net', 'abcd.a.net', '/', false],
    ['Host:a.net;Method:GET', 'a.net', '/', 'open'],
  ])('%s, asked for %s%s: %s', (rule, host, path, expected) => {
    expect(takes(rule, host, path, readRuleV1)).toBe(expected);
  });

  it.each([
    ['', null],
    ['Hots:a.net', 'Hots'],
    ['Host', 'Host'],
    ['Host:', 'Host:'],
    ['Host:a.net;;Path:/x', null],
    ['Host(`a.net`)', 'Host(`a.net`)'],
    ['AddPrefix:/x', 'AddPrefix:/x'],
  ])('%s is not guessed: it stops at "%s"', (rule, found) => {
    expect(readRuleV1(rule)).toMatchObject({ condition: null, unread: { found } });
  });
});
