import { parseArgs } from 'node:util';
import { ConfigError, type LoadedConfig } from '#config/load.ts';
import { problemOf } from '#kernel/errors.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const USAGE = `vigie: a chat-ops bot for Mattermost

  vigie run              starts it
  vigie check [FILE…]    checks configuration, rules, handlers and words, offline
  vigie doctor           checks live: token, rights, Swarm, registry, clock, quorum;
                         sends a test to each pager, unless --no-page
  vigie setup            creates the slash commands, given VIGIE_ADMIN_TOKEN
  vigie do "COMMAND"     runs a command without Mattermost
  vigie people           which account each name of the configuration stands for;
                         confirm NAME: whoever bears it now is meant
  vigie audit verify [SEQ:HASH]
                         checks that nobody rewrote the audit, nor cut it, since
                         vigie posted SEQ:HASH in the operations channel
  vigie rules test FILE… --from T --to T [--json] [--elasticsearch URL]
                         [--run-every 1m] [--buffer-time 15m]
                         replays history through rules, and prints what would
                         have fired; ES_URL stands in for --elasticsearch

  --config FILE          default: /etc/vigie/vigie.yaml
`;
const DEFAULT_CONFIG = '/etc/vigie/vigie.yaml';

type Environment = Readonly<Record<string, string | undefined>>;

/** Exit codes: 0 well, 1 something is wrong, 2 the command line itself. */
async function dispatch(argv: readonly string[], environment: Environment, terminal: Terminal): Promise<number> {
  const { print } = terminal;
  const { values, positionals } = readArguments(argv);
  const [verb = 'help', ...rest] = positionals;
  if (values.help === true || verb === 'help') return print(USAGE, 0);
  const path = values.config ?? DEFAULT_CONFIG;
  switch (verb) {
    case 'run':
      return await run(terminal.load(path));
    case 'check':
      return await (await import('./check.ts')).check(path, rest, print, terminal.load);
    case 'doctor':
      return await (await import('./doctor.ts')).doctor(terminal.load(path), print, values['no-page'] !== true);
    case 'setup':
      return await (await import('./setup.ts')).setup(terminal.load(path), environment['VIGIE_ADMIN_TOKEN'] ?? '', print);
    case 'do':
      return await (await import('./do.ts')).doCommand(path, rest.join(' '), print, terminal.load);
    case 'people':
      return await (await import('./people.ts')).people(terminal.load(path), rest, print);
    case 'audit':
      if (rest[0] === 'verify') return await (await import('./audit.ts')).verifyAudit(terminal.load(path), print, rest[1]);
      return print('vigie audit knows one word: verify\n', 2);
    case 'rules':
      if (rest[0] !== 'test') return print('vigie rules knows one word: test\n', 2);
      return await (await import('./rules-test.ts')).rulesTest({ ...rulesOptions(values), files: rest.slice(1) }, environment, print);
    default:
      return print(`vigie knows no "${verb}".\n\n${USAGE}`, 2);
  }
}

function readArguments(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      config: { type: 'string', short: 'c' },
      help: { type: 'boolean', short: 'h' },
      'no-page': { type: 'boolean' },
      from: { type: 'string' },
      to: { type: 'string' },
      json: { type: 'boolean' },
      elasticsearch: { type: 'string' },
      'run-every': { type: 'string' },
      'buffer-time': { type: 'string' },
    },
  });
}

function rulesOptions(values: ReturnType<typeof readArguments>['values']) {
  const { from, to, json, elasticsearch, 'run-every': runEvery = '1m', 'buffer-time': bufferTime = '15m' } = values;
  return { from, to, json: json === true, elasticsearch, runEvery, bufferTime };
}

/** Runs until SIGTERM or SIGINT; what is under way is parked and goes on at the next start. */
async function run(loaded: LoadedConfig): Promise<number> {
  const { startApp } = await import('../app.ts');
  const app = await startApp(loaded);
  return await new Promise((resolve) => {
    const stop = (): void => {
      app.log.info({}, 'stopping');
      app.stop().then(
        () => resolve(0),
        (error: unknown) => {
          app.log.error({ error }, 'stopping failed');
          resolve(1);
        },
      );
    };
    const reload = (): void => {
      app.reloadRules().catch((error: unknown) => app.log.error({ error }, 'the rules could not be read again'));
    };
    process.on('SIGHUP', reload);
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  });
}

/** Runs one command line to its end. @returns the exit code; every error has become words */
export async function runCommandLine(argv: readonly string[], environment: Environment): Promise<number> {
  // Whatever a library makes is vigie's alone.
  process.umask(0o077);
  const terminal = openTerminal();
  const { print } = terminal;
  // Node would print it as it is: headers, passwords in addresses, and what a server put into its words.
  process.on('uncaughtException', (error) => {
    terminal.crash(error);
    process.exit(1);
  });
  try {
    return await dispatch(argv, environment, terminal);
  } catch (error) {
    if (error instanceof ConfigError) return print(error.problems.join('\n'), 1);
    const { code, params } = problemOf(error);
    if (code !== 'internal') return print(`${code}: ${JSON.stringify(params)}`, 1);
    return print(error instanceof Error ? (error.stack ?? error.message) : String(error), 1);
  }
}
