import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../assets.ts';
import type { Account } from './files.ts';

export interface UnitWanted {
  readonly config: string;
  readonly state: string;
  readonly account: Account;
  /** Docker's socket is on this very machine. */
  readonly ownDocker: boolean;
}

const HOMES = /^\/(?:home|root)(?:\/|$)/u;

/** The unit of templates/vigie.service for this very place. vigie reads its secrets from their files, which are its account's alone. */
export function unitFor({ config, state, account, ownDocker }: UnitWanted): string {
  const lines = readFileSync(join(ROOT, 'templates/vigie.service'), 'utf8').split('\n');
  const unit = lines.slice(lines.indexOf('[Unit]')).flatMap((line) => lineFor(line, { config, state, account, ownDocker }));
  return `# vigie as a systemd unit, as \`vigie setup\` made it of templates/vigie.service.\n\n${unit.join('\n')}`;
}

function lineFor(line: string, { config, state, account, ownDocker }: UnitWanted): readonly string[] {
  const [key = ''] = line.replace(/^#/u, '').split('=');
  const usual = state === '/var/lib/vigie';
  switch (key) {
    case 'User':
    case 'Group':
      return [`${key}=${key === 'User' ? account.name : String(account.gid)}`];
    case 'WorkingDirectory':
      return [`WorkingDirectory=${ROOT}`];
    case 'ExecStart':
      return [`ExecStart=${join(ROOT, 'bin/vigie')} run --config ${config}`];
    case 'LoadCredential':
      return [];
    case 'StateDirectory':
      return [usual ? line : `ReadWritePaths=${state}`];
    case 'StateDirectoryMode':
      return usual ? [line] : [];
    case 'SupplementaryGroups':
      return ownDocker ? ['SupplementaryGroups=docker'] : [line];
    case 'ProtectHome':
      return [ROOT, config, state].some((path) => HOMES.test(path)) ? [] : [line];
    default:
      return isAboutCredentials(line) ? [] : [line];
  }
}

/** The comment above those lines, which say where secrets are when systemd hands them over. */
function isAboutCredentials(line: string): boolean {
  return line.startsWith('# vigie.yaml names them') || line.startsWith('# vigie.yaml uses.');
}
