import { describe, expect, it } from 'vitest';
import { parseConfig } from '#config/load.ts';
import { scheduleOf } from '#config/job-parts.ts';
import { loadAssets } from '#app/app/assets.ts';
import { readJobs } from '#app/app/jobs.ts';
import { added, problemsOf } from './sample.ts';

const assets = await loadAssets();
const job = (keys: string): string => added(`jobs:\n  nightly: { ${keys} }`);

function read(keys: string, more = '') {
  return readJobs(parseConfig(`${job(keys)}${more}`, 'vigie.yaml'), assets);
}

describe('the times of a job', () => {
  it.each([
    ['neither of the two', 'run: restart pad', ['vigie.yaml:11:3: jobs.nightly: needs every or at, and not both']],
    ['both', 'every: 6h, at: "03:00", run: restart pad', ['vigie.yaml:11:3: jobs.nightly: needs every or at, and not both']],
    [
      'a week at a time',
      'every: 7d, run: restart pad',
      ['vigie.yaml:11:21: jobs.nightly.every: must be from 5m to 1d: for single days write at and days'],
    ],
    [
      'each second',
      'every: 1s, run: restart pad',
      ['vigie.yaml:11:21: jobs.nightly.every: must be from 5m to 1d: for single days write at and days'],
    ],
    ['days of an interval', 'every: 6h, days: [mon], run: restart pad', ['vigie.yaml:11:25: jobs.nightly.days: goes with at only']],
    ['an offset of a time', 'at: "03:00", offset: 5m, run: restart pad', ['vigie.yaml:11:35: jobs.nightly.offset: goes with every only']],
    [
      'an offset as long as the interval',
      'every: 1h, offset: 1h, run: restart pad',
      ['vigie.yaml:11:33: jobs.nightly.offset: must be shorter than every'],
    ],
    [
      'a time that is none',
      'at: 3h, run: restart pad',
      ['vigie.yaml:11:18: jobs.nightly.at: must be a time of the day such as "03:00", in quotes'],
    ],
    [
      'a day that is none',
      'at: "03:00", days: [monday], run: restart pad',
      ['vigie.yaml:11:34: jobs.nightly.days.0: must be one of sun, mon, tue, wed, thu, fri, sat'],
    ],
    ['nothing to do', 'every: 6h', ['vigie.yaml:11:3: jobs.nightly.run: is missing']],
    [
      'a number to do',
      'every: 6h, run: 7',
      ['vigie.yaml:11:30: jobs.nightly.run: must be a command or a list of commands, such as backup etherpad'],
    ],
    ['a mistyped key', 'evry: 6h, run: restart pad', ['vigie.yaml:11:14: jobs.nightly.evry: unknown key, did you mean every?']],
  ])('are refused: %s', (_what, keys, expected) => {
    expect(problemsOf(job(keys))).toEqual(expected);
  });

  it('are read in the zone of the configuration', () => {
    const { config } = parseConfig(job('at: "03:15", days: [mon, sun], run: restart pad'), 'vigie.yaml');
    expect(Object.values(config.jobs).map((each) => scheduleOf(each, config.timezone))).toEqual([
      { kind: 'at', minute: 195, weekdays: [1, 0], timezone: 'Europe/Paris' },
    ]);
    expect(config.jobs_summary).toBe('08:00');
  });
});

describe('the commands of a job', () => {
  it('may be reads, which are said in the operations channel', () => {
    const { jobs, problems } = read('at: "08:00", run: [état, alerts]');
    expect(problems).toEqual([]);
    expect(jobs[0]?.commands.map(({ action, input }) => [action, input])).toEqual([
      ['status', {}],
      ['alerts', {}],
    ]);
  });

  const SAFE = 'policy:\n  - { match: { action: restart }, set: { risk: safe } }\n';

  it('are read as people type them, in either language', () => {
    const { jobs, problems } = read('every: 6h, run: [restart pad, redémarrer blog], severity: critical', SAFE);
    expect(problems).toEqual([]);
    expect(jobs).toEqual([
      {
        name: 'nightly',
        schedule: { kind: 'every', ms: 21_600_000, offsetMs: 0 },
        severity: 'critical',
        commands: [
          { text: 'restart pad', action: 'restart', target: 'pad', input: { service: 'pad' } },
          { text: 'redémarrer blog', action: 'restart', target: 'blog', input: { service: 'blog' } },
        ],
      },
    ]);
  });

  it.each([
    [
      'an unknown action',
      'run: depoly pad',
      'vigie.yaml:11:30: jobs.nightly.run: depoly pad: Unknown action `depoly`. Did you mean `deploy`?',
    ],
    ['the second of two', 'run: [restart pad, depoly pad]', 'vigie.yaml:11:44: jobs.nightly.run.1: depoly pad: Unknown action'],
    ['a word too many', 'run: restart pad now', 'vigie.yaml:11:30: jobs.nightly.run: restart pad now: '],
    [
      'a read for one person',
      'run: whoami',
      'vigie.yaml:11:30: jobs.nightly.run: whoami: whoami answers one person, who asks: it is no job',
    ],
    ['a read that shows secrets', 'run: console bob', 'console bob: console answers one person, who asks: it is no job'],
    ['a vote', 'run: approve p7k', "approve p7k: approve is a person's word: nobody gives it on schedule"],
    ['a danger', 'run: settle p7k done because', 'settle p7k done because: settle is a danger: nothing does it by itself'],
    ['an emergency', 'run: restart pad --emergency now', 'must be the plain command, without --emergency, --at or --dry-run'],
    ['a simulation', 'run: restart pad --dry-run', 'must be the plain command, without --emergency, --at or --dry-run'],
  ])('are refused: %s', (_what, run, expected) => {
    const { problems } = read(`every: 6h, ${run}`, SAFE);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it('may name all databases of the configuration at once', () => {
    const database = '{ engine: postgres, service: postgres }';
    const databases = `swarm: { host: "unix:///var/run/docker.sock" }\ndatabases:\n  pad: ${database}\n  blog: ${database}\n`;
    const { jobs, problems } = read('every: 6h, run: "backup *"', databases);
    expect(problems).toEqual([]);
    expect(jobs[0]?.commands.map(({ text }) => text)).toEqual(['backup pad', 'backup blog']);
  });

  it('name none where there are none', () => {
    expect(read('every: 6h, run: "backup *"').problems).toEqual([expect.stringContaining('jobs.nightly.run: backup *: ')]);
  });

  it('need nobody to approve them', () => {
    expect(read('every: 6h, run: clean pica01').problems).toEqual([
      'vigie.yaml:11:30: jobs.nightly.run: clean pica01: clean is a change: nothing does it without being asked, unless `policy` makes it safe',
    ]);
    const danger = 'policy:\n  - { match: { action: silence }, set: { risk: danger } }\n';
    expect(read('every: 6h, run: silence rule=x 1h night', danger).problems).toEqual([
      'vigie.yaml:11:30: jobs.nightly.run: silence rule=x 1h night: silence is a danger: nothing does it by itself',
    ]);
  });
});
