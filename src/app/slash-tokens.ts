import { chownSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '#kernel/json.ts';
import { ConfigError } from '#config/load.ts';
import type { Config } from '#config/schema.ts';

/** A slash command, without its slash, and what Mattermost shows with each call of it. */
export interface SlashToken {
  readonly command: string;
  readonly token: string;
}

const HEAD = "# Tokens of vigie's slash commands, as `vigie setup` wrote them: a line each, the command and its token.";
const LINE = /^\/([a-z0-9._-]+) ([a-z0-9]{26})$/u;
const NOT_SPACE = /\S/u;

/** Where `setup` leaves tokens for the vigie that runs on the same state. */
export function slashTokensFile({ state }: Pick<Config, 'state'>): string {
  return join(state, 'slash-tokens');
}

/** Those that `setup` left; none where it never ran. @throws ConfigError for a file that says something else, or can't be read */
export function readSlashTokens(config: Pick<Config, 'state'>): readonly SlashToken[] {
  const path = slashTokensFile(config);
  const lines = textOf(path).split('\n');
  const read = lines.map((line) => (line.startsWith('#') || !NOT_SPACE.test(line) ? null : (LINE.exec(line.trim()) ?? 'wrong')));
  const wrong = read.findIndex((each) => each === 'wrong');
  if (wrong >= 0) throw new ConfigError([`${path}:${wrong + 1}: must be a command and its token, as "/ops TOKEN": run vigie setup again`]);
  return read.flatMap((each) => (each === null || each === 'wrong' ? [] : [{ command: each[1] ?? '', token: each[2] ?? '' }]));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw new ConfigError([`${path}: ${reasonOf(error)}. It belongs to the account that runs vigie`]);
  }
}

/**
 * Puts tokens in the place of what was there, for the account alone that the state belongs to, whoever runs this.
 * @throws Error when the state isn't there or may not be written to
 */
export function writeSlashTokens(config: Pick<Config, 'state'>, tokens: readonly SlashToken[]): void {
  const path = slashTokensFile(config);
  const { uid, gid } = statSync(config.state);
  const lines = tokens.map(({ command, token }) => `/${command} ${token}`);
  writeFileSync(`${path}.new`, [HEAD, ...lines, ''].join('\n'), { mode: 0o600 });
  if (process.getuid?.() !== uid) chownSync(`${path}.new`, uid, gid);
  renameSync(`${path}.new`, path);
}
