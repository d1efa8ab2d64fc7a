import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { names } from '#app/app/systems/names.ts';
import { DnsServer } from '#test/lab/dns/server.ts';
import { examination, examine } from './examine.ts';

describe('doctor, of the names', () => {
  let server: DnsServer;
  beforeAll(async () => {
    server = await DnsServer.start({ 'team.example.org': { A: ['192.0.2.1'] }, 'empty.example.org': {} });
  });
  afterAll(() => server.stop());

  const look = (wanted: readonly string[]) =>
    examine(
      names,
      examination(
        `names:\n  public: [${wanted.join(', ')}]\n  resolver: ${server.address}\n  zones: { example.org: { servers: ["${server.address}"] } }`,
      ),
    );

  it('says so when none is configured', async () => {
    expect(await examine(names, examination())).toEqual([
      { what: 'names', ok: true, absent: true, detail: 'no names.public configured: `dns` knows the names of routes alone' },
    ]);
  });

  it('asks for each, and tells of those that lead nowhere', async () => {
    expect(await look(['team.example.org', 'empty.example.org'])).toEqual([
      { what: 'name team.example.org', ok: true, detail: '192.0.2.1, by 1 servers of example.org' },
      { what: 'name empty.example.org', ok: false, detail: expect.stringContaining('leads to no address') },
    ]);
  });

  it('tells of a server that is silent', async () => {
    server.answers = false;
    try {
      expect(await look(['team.example.org'])).toMatchObject([{ ok: false, detail: expect.stringContaining('names_unanswered') }]);
    } finally {
      server.answers = true;
    }
  });
});
