/**
 * The one table of layers: who may import whom. The linter's rules (`.oxlintrc.json`) and the drawing in
 * `docs/architecture.md` are generated from it by `npm run generate`.
 */
export interface Layer {
  readonly name: string;
  /** How others name it in an import; null for what is imported by a relative path, or by nobody. */
  readonly alias: string | null;
  /** For the drawing. */
  readonly does: string;
  readonly places: readonly Place[];
  readonly sees: readonly string[];
  /** Packages and parts of Node.js that it may import; `any` for layers that deal with the world. */
  readonly packages: 'any' | readonly string[];
  /** Nothing of the machine: no clock, no chance, no network, no process. The same parameters give the same answer. */
  readonly pure?: true;
  /** Reads the machine's clock; everywhere else `now` is a parameter, or a Clock is. */
  readonly clock?: true;
  readonly environment?: true;
  /** May name the port `Publisher`: the outbox alone writes to the chat server, ports declare it, app hands it over. */
  readonly publisher?: true;
}

/** Files that share one rule. Imports that stay inside a layer are relative; `relative` says how far they may reach. */
export interface Place {
  readonly files: string;
  readonly relative: readonly string[];
  /** Of what `relative` reaches, what it may not see. */
  readonly unseen?: readonly string[];
  /** As of the layer, for this place alone. */
  readonly publisher?: true;
}

const folder = (path: string): Place => ({ files: `${path}/*.ts`, relative: ['./*.ts', './*/*.ts'] });
const deep = (path: string): Place => ({
  files: `${path}/*/*/*.ts`,
  relative: ['./*.ts', '../*.ts', '../*/*.ts', '../../*.ts', '../../[!.]*/*.ts'],
});
const below = (path: string): Place => ({ files: `${path}/*/*.ts`, relative: ['./*.ts', './*/*.ts', '../*.ts', '../*/*.ts'] });

/** Rooms of the pipeline in the order in which the data passes them, each with those that it sees: none sees one that stands after it. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  people: [],
  operation: ['people'],
  alert: ['people', 'operation'],
  backup: [],
  jobs: ['operation'],
  levels: [],
  machines: [],
  named: [],
  clients: ['people', 'operation', 'alert', 'backup', 'jobs', 'levels'],
  inbound: ['people', 'operation', 'alert'],
};
const PIPELINE: readonly Place[] = Object.entries(ROOMS).map(([room, sees]) => ({
  files: `src/pipeline/${room}/*.ts`,
  relative: ['./*.ts', ...sees.map((other) => `../${other}/*.ts`)],
  // What an action is, not how one of some kind is done.
  unseen: ['#actions/*/**'],
}));

/** What actions of one kind share, with what else each sees. */
const KINDS: readonly Place[] = Object.entries({
  backup: [],
  house: [],
  logs: [],
  operation: [],
  service: [],
  guest: ['backup'],
  database: ['backup'],
  volume: [],
  machine: [],
  network: [],
  // A house whose machine is dead: its names, addresses and nodes.
  failover: ['guest', 'machine', 'network', 'service'],
}).map(([kind, sees]) => ({
  files: `src/actions/${kind}/*.ts`,
  relative: ['./*.ts', '../*.ts', ...sees.map((other) => `../${other}/*.ts`)],
}));

/** What rooms of systems share stands beside them. */
const SHARED = ['connections', 'docker', 'remote', 'system'];
const SYSTEM_ROOMS: readonly Place[] = [
  { files: 'src/app/systems/*.ts', relative: ['./*/*.ts', '../finding.ts', ...SHARED.map((name) => `./${name}.ts`)] },
  { files: 'src/app/systems/*/*.ts', relative: ['./*.ts', '../../finding.ts', ...SHARED.map((name) => `../${name}.ts`)] },
];

/** From the innermost to the outermost: a layer sees only layers that stand before it, so there is no circle. */
export const LAYERS: readonly Layer[] = [
  {
    name: 'kernel',
    alias: '#kernel/',
    does: 'clock, ids, errors, canonical hash, durations',
    places: [folder('src/kernel')],
    sees: [],
    packages: ['canonicalize', 'fastest-levenshtein', 'node:crypto', 'node:zlib', 're2js'],
    clock: true,
  },
  {
    name: 'domain',
    alias: '#domain/',
    does: 'what vigie decides: functions of data and `now`',
    places: [folder('src/domain'), below('src/domain'), deep('src/domain')],
    sees: ['kernel'],
    packages: [],
    pure: true,
  },
  {
    name: 'ports',
    alias: '#ports/',
    does: 'interfaces to the outside, and to vigie itself for handlers',
    places: [folder('src/ports')],
    sees: ['kernel', 'domain'],
    packages: ['node:stream'],
    publisher: true,
  },
  {
    name: 'actions',
    alias: '#actions/',
    does: 'what an action is, and what those of one kind share: planned, run, verified',
    places: [{ files: 'src/actions/*.ts', relative: ['./*.ts'] }, ...KINDS],
    sees: ['kernel', 'domain', 'ports'],
    packages: ['zod'],
  },
  {
    name: 'kit',
    alias: '#kit',
    does: 'the one door for handlers: kinds of field, and what of `actions` they use',
    places: [{ files: 'src/kit.ts', relative: [] }],
    sees: ['kernel', 'domain', 'ports', 'actions'],
    packages: ['zod'],
  },
  {
    name: 'handlers',
    alias: null,
    does: 'what the bot can do, a file an action',
    places: [
      { files: 'handlers/*.ts', relative: [] },
      { files: 'handlers/*/*.ts', relative: [] },
    ],
    sees: ['kit'],
    packages: [],
  },
  {
    name: 'messages',
    alias: '#messages/',
    does: 'every word and chart that a person sees',
    places: [folder('src/messages'), below('src/messages')],
    sees: ['kernel', 'domain', 'ports'],
    packages: ['liquidjs', 'node:fs', 'node:fs/promises', 'node:path', 'yaml', 'zod'],
  },
  {
    name: 'pipeline',
    alias: '#pipeline/',
    does: 'the stages, a file each, and the runner',
    places: PIPELINE,
    sees: ['kernel', 'domain', 'ports', 'actions', 'messages'],
    packages: ['node:crypto', 'node:fs/promises', 'node:path', 'node:url', 'zod'],
  },
  {
    name: 'outbox',
    alias: '#outbox/',
    does: 'the sender: the only holder of `Publisher`',
    places: [folder('src/outbox')],
    sees: ['kernel', 'domain', 'ports', 'messages'],
    packages: [],
    publisher: true,
  },
  {
    name: 'config',
    alias: '#config/',
    does: '`vigie.yaml`: schema, errors with line and column, secrets',
    places: [folder('src/config'), below('src/config')],
    sees: ['kernel', 'domain', 'ports'],
    packages: ['node:fs', 'node:path', 'yaml', 'zod'],
    environment: true,
  },
  {
    name: 'adapters',
    alias: '#adapters/',
    does: 'one folder a system; none sees another',
    places: [
      { files: 'src/adapters/*/*.ts', relative: ['./*.ts', './*/*.ts'] },
      { files: 'src/adapters/*/*/*.ts', relative: ['./*.ts', '../*.ts', '../*/*.ts'] },
      { files: 'src/adapters/mattermost/*.ts', relative: ['./*.ts'], publisher: true },
    ],
    sees: ['kernel', 'domain', 'ports'],
    packages: 'any',
  },
  {
    name: 'app',
    alias: null,
    does: 'the only place that wires things together',
    places: [
      { files: 'src/app.ts', relative: ['./vigie.ts', './app/*.ts', '../package.json'] },
      { files: 'src/vigie.ts', relative: ['./app/*.ts'] },
      {
        files: 'src/app/*.ts',
        relative: ['./*.ts', './commands/*.ts', './systems/*.ts', '../app.ts', '../vigie.ts', '../../package.json'],
      },
      // A system knows no other, and none the table that lists them: what it needs of another is given to it.
      ...SYSTEM_ROOMS,
      // None sees the table that lists them.
      { files: 'src/app/commands/*.ts', relative: ['../*.ts', '../setup/*.ts'], unseen: ['../commands.ts'] },
      {
        files: 'src/app/setup/*.ts',
        relative: ['./*.ts', '../*.ts', '../systems/docker.ts', '../systems/remote.ts'],
        unseen: ['../commands.ts'],
      },
    ],
    sees: ['kernel', 'domain', 'ports', 'actions', 'messages', 'pipeline', 'outbox', 'config', 'adapters'],
    packages: 'any',
    publisher: true,
  },
  {
    name: 'main',
    alias: null,
    does: 'the command line: arguments, signals, exit codes',
    places: [{ files: 'src/main.ts', relative: ['./app.ts', './app/*.ts'] }],
    sees: ['kernel', 'config', 'app'],
    packages: 'any',
    environment: true,
  },
];

/** A layer of the table. @throws RangeError when it has none of that name, or when it stands behind `from` */
export function seenFrom(from: Layer, name: string): Layer {
  const found = LAYERS.slice(0, LAYERS.indexOf(from)).find((layer) => layer.name === name);
  if (found === undefined) throw new RangeError(`${from.name} can't see "${name}": no layer of that name stands before it`);
  return found;
}
