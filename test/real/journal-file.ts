import { spawn } from 'node:child_process';
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Written } from '#test/contract/journal.contract.ts';

const REMOTE = '/lib/systemd/systemd-journal-remote';
const BOOT = '0123456789abcdef0123456789abcdef';
const MACHINE = 'fedcba9876543210fedcba9876543210';

/** Makes a true journal in a folder, of these entries and nothing else. systemd needn't run for it. */
export async function makeJournal(folder: string, entries: readonly { readonly at: number; readonly fields: Written }[]): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (entries.length === 0) return;
  const child = spawn(REMOTE, ['--output', join(folder, 'system.journal'), '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
  const complaints = text(child.stderr);
  child.stdin.end(Buffer.concat(entries.map(({ at, fields }, nth) => exported(at, fields, nth))));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`systemd-journal-remote: ${await complaints}`);
  await chmod(folder, 0o755);
  await chmod(join(folder, 'system.journal'), 0o640);
}

/** An entry in the journal's export format. Source: systemd's Journal Export Formats. */
function exported(at: number, fields: Written, nth: number): Buffer {
  const head = `__REALTIME_TIMESTAMP=${Math.round(at * 1_000)}\n__MONOTONIC_TIMESTAMP=${nth + 1}\n_BOOT_ID=${BOOT}\n_MACHINE_ID=${MACHINE}\n`;
  const parts = Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each: string | Uint8Array) => field(name, each)),
  );
  return Buffer.concat([Buffer.from(head), ...parts, Buffer.from('\n')]);
}

/** With its length, as whatever has more than one line, or bytes, has to be. */
function field(name: string, value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from('\n')]);
}
