import { consoleTo } from './console.ts';
import { runProgram } from './program.ts';
import type { Environment } from './subcommand.ts';
import { openTerminal } from './terminal.ts';

/** Runs one command line as this very process. @returns the exit code: 0 well, 1 something is wrong, 2 the command line itself */
export async function runCommandLine(argv: readonly string[], environment: Environment): Promise<number> {
  // Whatever a library makes is vigie's alone.
  process.umask(0o077);
  const terminal = openTerminal();
  consoleTo((text) => void terminal.print(text, 1));
  // Node would print it as it is: headers, passwords in addresses, and what a server put into its words.
  process.on('uncaughtException', (error) => {
    terminal.crash(error);
    process.exit(1);
  });
  return await runProgram(argv, environment, terminal);
}
