import { type RestoredBy, type SchemaEngine, situationsOf } from '../test/schemas/situations.ts';

const BY: Readonly<Record<RestoredBy, string>> = {
  loader: 'the loader',
  vigie: 'the loader, and vigie',
  person: 'a person',
};
const NAMES: Readonly<Record<SchemaEngine, string>> = { postgres: 'PostgreSQL 15', mariadb: 'MariaDB 10.11' };
const SHOWN = 3;

/** Every situation that `npm run test:schemas` plays, and who restores what is particular about it. */
export function schemaTables(): string {
  return (['postgres', 'mariadb'] as const).map(tableOf).join('\n\n');
}

function tableOf(engine: SchemaEngine): string {
  const rows = situationsOf(engine).map(({ title, by, left }) => `| ${title.replaceAll('|', String.raw`\|`)} | ${BY[by]}${named(left)} |`);
  return [`| ${NAMES[engine]} | Restored by |`, '| --- | --- |', ...rows].join('\n');
}

function named(left: readonly string[]): string {
  if (left.length === 0) return '';
  const more = left.length > SHOWN ? ` and ${left.length - SHOWN} more` : '';
  return `: ${left
    .slice(0, SHOWN)
    .map((each) => `\`${each}\``)
    .join(', ')}${more}`;
}
