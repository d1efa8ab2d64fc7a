import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '#config/load.ts';
import { added, PRIVATE_KEY, secretFile } from './sample.ts';

const KEY = `\${file:${secretFile('ssh-key', PRIVATE_KEY)}}`;
const SSH = `{ host: vigie@bounce, key: "${KEY}", host_key: "SHA256:${'A'.repeat(43)}" }`;
const HOSTS = `hosts:\n  alice: { ssh: ${SSH.replace('vigie@bounce', 'root@10.0.0.1')} }\n`;
const secret = (name: string, text: string): string => `"\${file:${secretFile(name, text)}}"`;
const PASSWORD = secret('amt-password', 'P@ssw0rd');
const VNC = secret('amt-vnc', 'Lab!1234');

function problems(yaml: string): readonly string[] {
  try {
    parseConfig(added(HOSTS + yaml), 'vigie.yaml');
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((line) => line.replace(/^vigie\.yaml:\d+:\d+: /u, ''));
    throw error;
  }
}

const machine = (amt: string, more = ''): string => `machines:\n  alice: { amt: { ssh: ${SSH}, ${amt} }${more} }\n`;

describe('machines in the configuration', () => {
  it('have an account of AMT, and a console where it is named', () => {
    const yaml = machine(`web: "10.0.0.21:16992", vnc: "10.0.0.21:5900", password: ${PASSWORD}, vnc_password: ${VNC}`, ', host: alice');
    expect(problems(yaml)).toEqual([]);
    const { alice } = parseConfig(added(HOSTS + yaml), 'vigie.yaml').config.machines;
    expect(alice?.amt).toMatchObject({ user: 'admin', password: 'P@ssw0rd', vnc_password: 'Lab!1234', timeout: '15s' });
  });

  it('are seen from machines that are there', () => {
    const yaml = (from: string): string => machine(`web: "10.0.0.21:16992", password: ${PASSWORD}`, `, seen_from: [${from}]`);
    expect(problems(yaml('alice'))).toEqual([]);
    expect(problems(yaml('alcie')).join('\n')).toMatch(
      /machines\.alice\.seen_from\.0: hosts names no machine alcie, did you mean alice\?/u,
    );
  });

  it('may have a controller that speaks Redfish instead, with or without a bounce', () => {
    const fingerprint = Array.from({ length: 32 }, () => 'aB').join(':');
    const redfish = (more: string): string =>
      `machines:\n  alice: { redfish: { web: "10.0.0.31:443", fingerprint: "${fingerprint}", user: vigie, password: ${PASSWORD}${more} } }\n`;
    expect(problems(redfish(''))).toEqual([]);
    expect(problems(redfish(`, ssh: ${SSH}, system: System.Embedded.1`))).toEqual([]);
    expect(problems(redfish('').replace(fingerprint, 'AB:CD')).join('\n')).toMatch(/SHA-256 fingerprint of a certificate/u);
    expect(problems(redfish('').replace(/user: vigie, /u, '')).join('\n')).toMatch(/machines\.alice\.redfish\.user/u);
    const both = redfish('').replace('{ redfish', `{ amt: { ssh: ${SSH}, web: "10.0.0.21:16992", password: ${PASSWORD} }, redfish`);
    expect(problems(both).join('\n')).toMatch(/machines\.alice: needs either amt or redfish/u);
    expect(problems('machines: { alice: { host: alice } }\n').join('\n')).toMatch(/needs either amt or redfish/u);
  });

  it.each([
    [machine(`password: ${PASSWORD}`), /machines\.alice\.amt\.web/u],
    [machine(`web: "10.0.0.21", password: ${PASSWORD}`), /must be host:port/u],
    [machine(`web: "http://10.0.0.21:16992", password: ${PASSWORD}`), /must be host:port/u],
    [machine('web: "10.0.0.21:16992", password: P@ssw0rd'), /password/u],
    [machine(`web: "10.0.0.21:16992", password: ${secret('amt-short', 'short')}`), /8 to 32 ASCII letters/u],
    [machine(`web: "10.0.0.21:16992", password: ${secret('amt-colon', 'pass:word1')}`), /8 to 32 ASCII letters/u],
    [machine(`web: "10.0.0.21:16992", password: ${secret('amt-accent', 'pässword1')}`), /8 to 32 ASCII letters/u],
    [machine(`web: "10.0.0.21:16992", vnc: "10.0.0.21:5900", password: ${PASSWORD}`), /vnc_password: is missing/u],
    [
      machine(`web: "10.0.0.21:16992", vnc: "10.0.0.21:5900", password: ${PASSWORD}, vnc_password: ${secret('amt-vnc-weak', 'password')}`),
      /exactly 8 letters/u,
    ],
    [machine(`web: "10.0.0.21:16992", password: ${PASSWORD}`, ', host: alcie'), /hosts names no machine alcie, did you mean alice\?/u],
    [machine(`web: "10.0.0.21:16992", password: ${PASSWORD}`, ', node: bob'), /proxmox\.hosts names no machine bob/u],
    ['machines: { "a b": {} }\n', /must be a name of letters, digits/u],
  ])('refuses %s', (yaml, pattern) => {
    expect(problems(yaml).join('\n')).toMatch(pattern);
  });
});
