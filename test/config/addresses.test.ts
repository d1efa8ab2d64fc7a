import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '#config/load.ts';
import { added, PRIVATE_KEY, secretFile } from './sample.ts';

const KEY = `\${file:${secretFile('ssh-key', PRIVATE_KEY)}}`;
const HOSTS = `hosts:\n  pica01: { ssh: { host: root@127.0.0.1:1, key: "${KEY}", host_key: "SHA256:${'A'.repeat(43)}" }, aliases: [pica01.example.org] }\n`;

function problems(yaml: string): readonly string[] {
  try {
    return parseConfig(added(HOSTS + yaml), 'vigie.yaml').warnings;
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('addresses in the configuration', () => {
  it.each([
    ['addresses: [{ address: 192.0.2.1, machine: pica01.example.org, purpose: services }, { address: "2001:db8::1", spare: true }]', []],
    ['addresses: [{ address: 192.0.2 }]', [expect.stringMatching(/addresses\.0\.address: must be an address, such as 192\.0\.2\.1/u)]],
    [
      'addresses: [{ address: 192.0.2.1 }, { address: 192.0.2.1 }]',
      [expect.stringMatching(/addresses\.1\.address: 192\.0\.2\.1 stands there twice/u)],
    ],
    [
      'addresses: [{ address: "2001:db8::1" }, { address: "2001:0DB8:0:0:0:0:0:1" }]',
      [expect.stringMatching(/addresses\.1\.address: 2001:db8::1 stands there twice/u)],
    ],
    [
      'addresses: [{ address: 192.0.2.1, machine: alice }]',
      [expect.stringMatching(/addresses\.0\.machine: hosts names no machine alice: nobody can tell/u)],
    ],
    [
      'addresses: [{ address: 192.0.2.1, machine: pica01, moves_to: [pica03] }]',
      [expect.stringMatching(/addresses\.0\.moves_to\.0: hosts names no machine pica03, did you mean pica01\?/u)],
    ],
    [
      'addresses: [{ address: 192.0.2.1, machine: pica01, moves_to: [pica01.example.org] }]',
      [expect.stringMatching(/addresses\.0\.moves_to\.0: pica01\.example\.org has it already/u)],
    ],
    [
      'addresses: [{ address: 192.0.2.1, moves_to: [pica01] }]',
      [expect.stringMatching(/addresses\.0\.moves_to: needs a machine that has the address/u)],
    ],
    [
      'addresses: [{ address: "2001:db8::1", machine: pica01, moves_to: [pica01] }]',
      [expect.stringMatching(/addresses\.0\.moves_to: moves IPv4 addresses alone/u)],
    ],
  ])('%s', (yaml, said) => {
    expect(problems(`${yaml}\n`).filter((line) => line.includes('addresses'))).toEqual(said);
  });
});
