import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemOf } from '#kernel/errors.ts';
import { backups } from '#app/app/systems/backups.ts';
import { KEY_REFERENCE } from '#test/config/sample.ts';
import { examination, examine, NEEDS } from './examine.ts';

let folder = '';
let usb = '';
beforeEach(async () => {
  [folder, usb] = [await mkdtemp(join(tmpdir(), 'vigie-backups-')), await mkdtemp(join(tmpdir(), 'vigie-backups-'))];
});
afterEach(async () => {
  for (const path of [folder, usb]) await rm(path, { recursive: true });
});

const words = (thrown: unknown): string => `${problemOf(thrown).code} ${JSON.stringify(problemOf(thrown).params)}`;
const look = (rest = '') => examine(backups, examination(`backups: { directory: ${folder}, full: 99${rest} }`, words));
const files = async (path: string): Promise<readonly string[]> =>
  (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);

describe('doctor, of places for backups', () => {
  it('writes into each, reads that back, leaves nothing, and says how much room there is', async () => {
    const recipient = await identityToRecipient(await generateX25519Identity());
    const findings = await look(`, copies: { usb: { directory: ${usb}, age: ${recipient} } }`);
    expect(findings).toMatchObject([
      { what: 'backups in main', ok: true, detail: expect.stringMatching(/^\d+\.\d GB of \d+\.\d GB free$/u) },
      { what: 'backups in usb', ok: true, detail: expect.stringMatching(/free, sealed$/u) },
    ]);
    expect([...(await files(folder)), ...(await files(usb))]).toEqual([]);
  });

  it('says that a place is not mounted', async () => {
    const findings = await look(`, marker: .vigie-place, copies: { usb: { directory: /nowhere/at/all } }`);
    expect(findings.map(({ ok, detail }) => [ok, detail])).toEqual([
      [false, expect.stringContaining('.vigie-place is missing')],
      [false, expect.stringContaining("/nowhere/at/all isn't there")],
    ]);
    await writeFile(join(folder, '.vigie-place'), '');
    expect((await look(', marker: .vigie-place')).every(({ ok }) => ok)).toBe(true);
  });

  it('says that a machine does not answer', async () => {
    const ssh = `ssh: { host: "root@127.0.0.1:1", key: "${KEY_REFERENCE}", host_key: "SHA256:${'A'.repeat(43)}" }`;
    const findings = await look(`, copies: { bob: { directory: /srv/backups, ${ssh} } }`);
    expect(findings[1]).toMatchObject({ what: 'backups in bob', ok: false, detail: expect.stringContaining('ssh_unreachable') });
  });

  it('says that nothing is configured', async () => {
    expect(await examine(backups, examination())).toMatchObject([{ what: 'backups', ok: true }]);
    expect((await backups.open(examination().config, NEEDS)).client).toBeNull();
  });
});

describe('places of the configuration', () => {
  it('hold what is written there, sealed where age says so', async () => {
    const recipient = await identityToRecipient(await generateX25519Identity());
    const copies = `copies: { usb: { directory: ${usb}, age: ${recipient} }, plain: { directory: ${usb}2 } }`;
    const { config } = examination(`backups: { directory: ${folder}, full: 99, keep: { last: 3 }, ${copies} }`);
    const opened = await backups.open(config, NEEDS);
    expect(opened.client?.places.main.name).toBe('main');
    expect(opened.client?.places.copies.map(({ place, sealer }) => [place.name, sealer?.recipient ?? null])).toEqual([
      ['usb', recipient],
      ['plain', null],
    ]);
    expect(opened.client?.keepOf('pad')).toMatchObject({ last: 3, withinMs: 0 });
    expect(opened.client?.fullPercent).toBe(99);
    await opened.close();
  });
});
