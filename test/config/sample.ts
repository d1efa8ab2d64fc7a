import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, parseConfig } from '#config/load.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'vigie-config-'));

/** A file that only its owner can read. @returns its path */
export function secretFile(name: string, content: string, mode = 0o600): string {
  const path = join(FOLDER, name);
  writeFileSync(path, `${content}\n`, { mode });
  return path;
}

/** What Mattermost's tokens look like. */
export const TOKEN = 'xr8m1zq5yjb7ukw3hd9fce4sto';
export const PRIVATE_KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----';
export const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
export const TOKEN_REFERENCE = `\${file:${secretFile('token', TOKEN)}}`;
export const KEY_REFERENCE = `\${file:${secretFile('key', PRIVATE_KEY)}}`;

/** As small as a configuration can be. */
export const GOOD = `language: en
mattermost:
  url: https://team.example.org
  token: ${TOKEN_REFERENCE}
roles:
  operator:
    users: [alice, bob]
    may: [read, change, danger]
    approves: [change, danger]
`;

/** The good configuration with some of its text replaced. */
export function replaced(from: string, to: string): string {
  if (!GOOD.includes(from)) throw new Error(`the good configuration lacks ${from}`);
  return GOOD.replace(from, () => to);
}

/** The good configuration with lines added; the first of them is line 10. */
export function added(lines: string): string {
  return `${GOOD}${lines}\n`;
}

export function problemsOf(text: string): readonly string[] {
  try {
    parseConfig(text, 'vigie.yaml');
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
