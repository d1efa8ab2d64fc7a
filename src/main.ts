import { runCommandLine } from './app/cli.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), process.env);
// The chat client and the servers leave timers behind: the end is the end.
process.exit();
