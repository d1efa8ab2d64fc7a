import { Command, CommanderError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { commandsFor } from './commands.ts';
import type { Call, Environment, Family, Subcommand } from './subcommand.ts';
import type { Terminal } from './terminal.ts';
import { UnknownCommand } from './unknown-command.ts';

const DEFAULT_CONFIG = '/etc/vigie/vigie.yaml';

/**
 * Runs one command line to its end; every error has become words.
 * @returns the exit code: 0 well, 1 something is wrong, 2 the command line itself
 */
export async function runProgram(argv: readonly string[], environment: Environment, terminal: Terminal): Promise<number> {
  let code = 0;
  const program = programOf(terminal, await commandsFor(argv), async (subcommand, command) => {
    code = await subcommand.run(callOf(command, environment, terminal), command);
  });
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : argv, { from: 'user' });
    return code;
  } catch (error) {
    return await codeOf(error, terminal);
  }
}

/** Words for what went wrong are loaded only when something did: `vigie run` starts without them. */
async function codeOf(error: unknown, { print, known }: Terminal): Promise<number> {
  // It has printed what it has to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UnknownCommand) return print(await (await import('./suggestion.ts')).suggestionFor(error), 2);
  return print(await (await import('./failure.ts')).failureWords(error, known()), 1);
}

type Act = (subcommand: Subcommand, command: Command) => Promise<void>;

function programOf({ print }: Terminal, commands: readonly (Subcommand | Family)[], act: Act): Command {
  const program = new Command('vigie')
    .description('a chat-ops bot for Mattermost')
    .version(packageJson.version, '-V, --version', 'shows the version')
    .helpOption('-h, --help', 'shows this')
    .exitOverride()
    // Behind a subcommand, options are its own: --version may be one of what `vigie do` is given.
    .enablePositionalOptions()
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}`.replace(' [options]', '').trim() })
    .configureOutput({ writeOut: (text) => void print(text, 0), writeErr: (text) => void print(text, 2) });
  withConfig(program, true);
  refuseOthers(program);
  for (const command of commands) add(program, command, act);
  return program;
}

function add(parent: Command, described: Subcommand | Family, act: Act): void {
  const command = parent.command(described.name).description(described.summary);
  withConfig(command, 'run' in described && described.readsNoConfig !== true);
  command.addHelpText('after', examplesOf(described));
  command.showHelpAfterError(`(vigie help ${pathOf(command)} shows how it is used)`);
  if ('members' in described) {
    refuseOthers(command.helpCommand(false));
    for (const member of described.members) add(command, member, act);
  } else {
    described.declare?.(command);
    command.action(() => act(described, command));
  }
}

/** Accepted before and behind each subcommand. */
function withConfig(command: Command, shown: boolean): void {
  command.addOption(new Option('-c, --config <FILE>', `the configuration; default: ${DEFAULT_CONFIG}`).hideHelp(!shown));
}

/** A word that is no subcommand is told with what was meant, whatever options stand behind it. */
function refuseOthers(command: Command): void {
  command.on('command:*', ([word = '']: readonly string[]) => {
    throw new UnknownCommand(word, command);
  });
}

function examplesOf({ examples }: Subcommand | Family): string {
  const lines = examples.map(([line, does]) => `  ${line}\n      ${does}`);
  return `\nExamples:\n${lines.join('\n')}`;
}

/** `audit verify`: from the outermost to the command itself. */
function pathOf(command: Command): string {
  return command.parent?.parent == null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function callOf(command: Command, environment: Environment, { print, say, load }: Terminal): Call {
  const path = configOf(command);
  return { path, loaded: () => load(path), words: command.args, environment, print, say, load };
}

/** The nearest to the end of the line counts. */
function configOf(command: Command): string {
  const { config } = command.opts<{ readonly config?: string }>();
  if (config !== undefined) return config;
  return command.parent === null ? DEFAULT_CONFIG : configOf(command.parent);
}
