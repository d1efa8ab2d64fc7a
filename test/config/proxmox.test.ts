import { describe, expect, it } from 'vitest';
import { parseConfig } from '#config/load.ts';
import { inventoryOf } from '#config/parts.ts';
import { added, KEY_REFERENCE, problemsOf, secretFile } from './sample.ts';

const SECRET = 'vigie@pve!ops=12345678-1234-1234-1234-123456789abc';
const TOKEN = `token: "\${file:${secretFile('proxmox', SECRET)}}"`;
const FINGERPRINT = `fingerprint: "${Array.from({ length: 32 }, () => 'AB').join(':')}"`;
const URL_FORM = 'url: "https://10.0.0.1:8006"';
const SSH = `ssh: { host: root@alice, key: "${KEY_REFERENCE}", host_key: "SHA256:${'A'.repeat(43)}" }`;
const proxmox = (members: string): string => added(`proxmox: { ${members} }`);
const alice = (members: string, rest = TOKEN): string => proxmox(`hosts: { alice: { ${members} } }${rest === '' ? '' : `, ${rest}`}`);
const withGuests = (guests: string): string => proxmox(`hosts: { alice: { ${SSH} } }, guests: { ${guests} }`);

describe('proxmox', () => {
  it('is none unless it is written', () => {
    expect(parseConfig(added(''), 'vigie.yaml').config.proxmox).toBeUndefined();
  });

  it('needs a host, the fingerprint of its certificate and a token, which it hides', () => {
    const { config, secrets } = parseConfig(alice(`${URL_FORM}, ${FINGERPRINT}`), 'vigie.yaml');
    expect(config.proxmox).toMatchObject({ token: SECRET, timeout: '15s', guests: {} });
    expect(secrets).toContain(SECRET);
  });

  it.each([
    alice(`${URL_FORM}, ${FINGERPRINT}, ${SSH}`),
    alice(SSH, ''),
    alice(`url: "https://[fd00::1]:8006", ${FINGERPRINT.toLowerCase()}`, `${TOKEN}, timeout: 5s`),
  ])('takes a good one (%#)', (text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  const bad: readonly (readonly [text: string, problem: string])[] = [
    [proxmox(TOKEN), 'vigie.yaml:10:1: proxmox.hosts: is missing'],
    [proxmox('hosts: {}'), 'vigie.yaml:10:12: proxmox.hosts: names no host of the cluster'],
    [alice('', ''), 'vigie.yaml:10:21: proxmox.hosts.alice: needs url and fingerprint, or ssh'],
    [alice(URL_FORM), 'vigie.yaml:10:21: proxmox.hosts.alice: needs the fingerprint of its certificate'],
    [alice(`${FINGERPRINT}, ${SSH}`, ''), 'vigie.yaml:10:43: proxmox.hosts.alice.fingerprint: is only for a host with url'],
    [alice(`${URL_FORM}, ${FINGERPRINT}`, ''), 'vigie.yaml:10:1: proxmox: needs token'],
    [alice(SSH), 'proxmox.token: is only for hosts with url'],
    [alice(`${URL_FORM}, ${FINGERPRINT}`, 'token: written-here'), 'proxmox.token: a secret must not stand here itself'],
    [alice(`${URL_FORM}, ${FINGERPRINT}`, TOKEN.replace('proxmox', 'proxmox-other')), 'there is no such file'],
    [
      alice(`${URL_FORM}, ${FINGERPRINT}`, `token: "\${file:${secretFile('proxmox-bare', '12345678-1234')}}"`),
      'proxmox.token: must lead to an API token in the form user@realm!name=secret',
    ],
    [alice('url: "http://10.0.0.1:8006"'), 'must be an address such as https://10.0.0.1:8006, with the port'],
    [alice('url: "https://10.0.0.1"'), 'must be an address such as https://10.0.0.1:8006, with the port'],
    [alice('url: "https://10.0.0.1:8006/"'), 'must be an address such as https://10.0.0.1:8006, with the port'],
    [alice(`url: "https://10.0.0.1:80060", ${FINGERPRINT}`), 'proxmox.hosts.alice.url: no port is above 65535'],
    [alice(`${URL_FORM}, ${FINGERPRINT.replace('AB:', '')}`), 'must be the SHA-256 fingerprint, AB:CD:… of 32 pairs'],
    [alice(`${URL_FORM}, fingerprnt: x`), 'proxmox.hosts.alice.fingerprnt: unknown key, did you mean fingerprint?'],
    [alice(SSH.replace('root@', ''), ''), 'must be user@host or user@host:port'],
    [
      proxmox(`hosts: { alice: { ${URL_FORM}, ${FINGERPRINT} }, bob: { ${URL_FORM}, ${FINGERPRINT} } }, ${TOKEN}`),
      'proxmox.hosts.bob.url: is the address of alice already',
    ],
    [withGuests('pica01: { bricks: true }'), 'proxmox.guests.pica01.bricks: unknown key, did you mean brick?'],
    [withGuests('pica01: { brick: "yes" }'), 'proxmox.guests.pica01.brick: must be true or false'],
    [
      withGuests('pica01: { swarm_node: pica01 }, pica02: { swarm_node: pica01 }'),
      'proxmox.guests.pica02.swarm_node: pica01 is pica01 already',
    ],
    [alice(SSH, 'timeout: soon'), 'must be a duration such as 90s'],
  ];
  it.each(bad.map(([text, problem]) => [problem, text] as const))('says: %s', (problem, text) => {
    expect(problemsOf(text).join('\n')).toContain(problem);
  });
});

describe('facts of guests', () => {
  const inventory = inventoryOf(
    parseConfig(withGuests('pica01: { swarm_node: pica01, brick: true, databases: true }, scratch: { may_be_off: true }'), 'vigie.yaml')
      .config,
  );
  const none = { swarmNode: null, brick: false, databases: false, mayBeOff: false, order: null };

  it('are what the configuration says', () => {
    expect(inventory.guest('pica01')).toMatchObject({
      name: 'pica01',
      swarmNode: 'pica01',
      brick: true,
      databases: true,
      mayBeOff: false,
    });
    expect(inventory.guest('scratch')).toMatchObject({ ...none, name: 'scratch', mayBeOff: true });
  });

  it('are none for a guest that it does not name', () => {
    for (const name of ['pica02', 'constructor']) expect(inventory.guest(name)).toMatchObject({ ...none, name });
  });

  it('make it a name that remedies may be for', () => {
    expect(['pica01', 'pica02', 'constructor'].map((name) => inventory.knows(name))).toEqual([true, false, false]);
  });
});
