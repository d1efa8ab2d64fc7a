import { ERROR_CODES } from '../src/kernel/error-codes.ts';
import type { Json } from '../src/kernel/json.ts';
import { createEngine } from '../src/messages/engine.ts';
import type { TemplateSet } from '../src/messages/templates.ts';

const HEAD = `# Errors

Every way in which something goes wrong, by the code that stands in log and audit, with what a person reads and can do next. Generated from
\`src/kernel/error-codes.ts\` and \`templates/messages/en/errors.md\`: change these, then \`npm run generate\`. Words in capitals stand for what
is filled in.
`;

const UNMOVED = [{ name: 'NAME', problem: { code: 'names_refused', params: { zone: 'ZONE', server: 'SERVER', code: 'REFUSED' } } }];

/** Parameters that are no text. */
const SAMPLES: Readonly<Record<string, Json>> = {
  'not_allowed.roles': ['ROLES'],
  'vote_not_allowed.roles': ['ROLES'],
  'operation_waits.link': 'https://team.example.org/_redirect/pl/POST',
  'timeout.limit': 600_000,
  'backup_unrestorable.things': ['THINGS'],
  'backup_unrestorable.more': 0,
  'backup_unrestorable.whole': false,
  'guest_lock_left.since': null,
  'too_slow.limit': 30_000,
  'service_no_place.nodes': [{ node: 'NODE', why: 'port' }],
  'rollout_failed.node': null,
  'failover_unproven.problem': null,
  'failover_partly.failed': UNMOVED,
  'failover_partly.works': ['NAMES'],
  'failover_partly.broken': [],
  'failover_partly.unknown': [],
  'failover_partly.forgotten_at': null,
  'failover_partly.silent': [],
  'failback_partly.failed': UNMOVED,
  'failback_partly.works': ['NAMES'],
  'failback_partly.broken': [],
  'failback_partly.unknown': [],
  'failback_partly.forgotten_at': null,
  'failback_partly.silent': [],
};

/** `docs/errors.md`: each code with its parameters and what a person reads. */
export function errorList(templates: TemplateSet): string {
  const engine = createEngine(templates, 'UTC', () => 0);
  const rows = Object.entries(ERROR_CODES).map(([code, names]) => {
    const samples = Object.fromEntries(names.map((name) => [name, sampleOf(`${code}.${name}`, name)]));
    const words = engine.render('en', 'errors', code, samples);
    return `| \`${code}\` | ${words.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`;
  });
  return `${[HEAD, '| Code | What a person reads |', '| --- | --- |', ...rows].join('\n')}\n`;
}

function sampleOf(parameter: string, name: string): Json {
  return SAMPLES[parameter] === undefined ? name.toUpperCase() : SAMPLES[parameter];
}
