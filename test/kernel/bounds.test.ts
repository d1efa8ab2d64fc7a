import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BOUNDS } from '#kernel/bounds.ts';

const root = join(import.meta.dirname, '../..');
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && file !== 'kernel/bounds.ts')
  .map((file) => ({ file, text: readFileSync(join(root, 'src', file), 'utf8') }));
const table = readFileSync(join(root, 'src/kernel/bounds.ts'), 'utf8');

/** Numbers of other kinds: times, names of what others limit, how much of a list is shown, sizes of pieces. */
const OTHERS: ReadonlySet<string> = new Set([
  'app/systems/backups/doctor.ts PROBE_BYTES',
  'app/systems/databases/doctor.ts DUMP_BYTES',
  'app/doctor.ts STORE_ROOM_BYTES',
  'config/backups.ts MOST_KEPT',
  'config/job-parts.ts MOST_MS',
  'config/schema.ts SOCKET_PATH_MAX',
  'kernel/bearers.ts LONGEST',
  'domain/hypervisor/snapshot-name.ts MOST_A_DAY',
  'domain/operation/limits.ts AT_MOST_MS',
  'domain/operation/limits.ts MOST_OPEN',
  'pipeline/operation/reads.ts MOST',
  'pipeline/operation/follows.ts MOST',
  'actions/machine/console.ts LONGEST_WATCH_MS',
  'actions/backup/last-backups.ts MOST',
  'ports/hosts.ts LOG_LIMIT_BYTES',
  'adapters/charts/create-charts.ts MOST_WAITING',
  'adapters/databases/ready.ts LIMIT_MS',
  'adapters/names/ask.ts UDP_BYTES',
  'adapters/docker/exec-frames.ts HEADER_BYTES',
  'adapters/docker/exec-io.ts AHEAD_BYTES',
  'adapters/docker/exec-io.ts ENOUGH_BYTES',
  'adapters/docker/log-frames.ts HEADER_BYTES',
  'adapters/gluster/brick-files.ts MARGIN_BYTES',
  'adapters/docker/throwaway.ts PIDS_LIMIT',
  'adapters/mattermost/events.ts MOST_RECONNECT_MS',
  'adapters/mattermost/rest.ts LONGEST_WAIT_MS',
  'adapters/places/file-place.ts MARGIN_BYTES',
  'adapters/places/local-files.ts READ_BYTES',
  'adapters/places/local-files.ts WRITE_BYTES',
  'adapters/databases/spool.ts HELD_BYTES',
  'adapters/databases/spool.ts READ_BYTES',
  'adapters/store/ballast.ts BALLAST_BYTES',
  'adapters/store/database.ts MOST_STATEMENTS',
  'domain/alert/silence.ts CRITICAL_MAX_MS',
  'domain/backup/sibling.ts LONGEST',
  'domain/hypervisor/fill.ts FILL_LIMIT',
  'domain/hypervisor/guest-name.ts LONGEST',
  'domain/hypervisor/snapshot-name.ts LONGEST',
  'domain/metrics/asked.ts MOST_TARGETS',
  'domain/metrics/asked.ts MOST_METRICS',
  'domain/metrics/search.ts MOST_PARTS',
  'domain/schedule/due.ts MOST',
  'messages/chart/drawing.ts MOST_LINES',
  'messages/chart/time-ticks.ts MOST_TIMES',
  'messages/chart/time-ticks.ts MOST_DAYS',
  'pipeline/alert/share.ts MOST',
  'pipeline/backup/copy.ts SEAL_HEADER_BYTES',
  'pipeline/backup/take.ts TELLING_BYTES',
  'adapters/databases/mariadb/definers.ts HELD_BYTES',
  'adapters/databases/mariadb/tail.ts KEPT_BYTES',
  'adapters/databases/mongodb/exchange.ts LIMIT_MS',
  'adapters/databases/mongodb/movable.ts LONGEST_BYTES',
  'adapters/databases/postgres/archive.ts FIRST_BYTES',
  'app/collecting.ts GROWN_BYTES',
  'app/collecting.ts OUTSIDE_BYTES',
  'app/collecting.ts PASSING_BYTES',
  'app/collecting.ts SWEPT_BYTES',
  'adapters/databases/client.ts FILE_BLOCK_BYTES',
  'adapters/elasticsearch/batch-size.ts MOST',
  'domain/alert/evaluate/stored.ts LONGEST',
  'domain/alert/evaluate/weight.ts OWN_BYTES',
  'domain/command/until.ts MOST_WORDS',
  'adapters/databases/mariadb/sequences.ts HELD_BYTES',
  'adapters/databases/mariadb/dates.ts FIRST_BYTES',
  'adapters/databases/mariadb/own-names.ts LONGEST_BEFORE',
  'adapters/databases/postgres/surroundings.ts MOST',
  'outbox/left-behind.ts MOST',
]);

describe('the table of bounds', () => {
  it.each(Object.keys(BOUNDS))('%s holds somewhere in the code', (name) => {
    const used = files.filter(({ text }) => new RegExp(String.raw`BOUNDS\.${name}\b|\b${name}\b[^\n]*\} = BOUNDS`, 'u').test(text));
    expect(used.map(({ file }) => file)).not.toEqual([]);
  });

  it.each(Object.keys(BOUNDS))('%s says where it comes from', (name) => {
    expect(table).toMatch(new RegExp(String.raw`\*/\n  ${name}: \{`, 'u'));
  });

  it('has the size of every answer and text: no other file makes up one of its own', () => {
    const own = files.flatMap(({ file, text }) =>
      [...text.matchAll(/^(?:export )?const (\w*(?:LIMIT|MAX|MOST|LONGEST|BYTES)\w*) = [\d_]+(?: \* [\d_]+)*;$/gmu)]
        .filter(([, name = '']) => !OTHERS.has(`${file} ${name}`))
        .map(([, name = '']) => `${file} ${name}`),
    );
    expect(own).toEqual([]);
  });
});
