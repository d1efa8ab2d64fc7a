import type { Subcommand } from '../subcommand.ts';

export const command: Subcommand = {
  name: 'do',
  summary: 'runs a command without Mattermost',
  examples: [
    ['vigie do "restart pad"', 'as @vigie restart pad'],
    ['vigie do scale pad 2 --dry-run', 'whatever stands behind do is the command, but for --config'],
    ['vigie do help', 'what there is'],
  ],
  // Options of the command are none of this command line.
  declare: (command) => command.argument('<COMMAND...>', 'as one says it in the chat').allowUnknownOption().helpOption(false),
  async run({ path, words, ...terminal }, command) {
    if (words[0] === '--help' || words[0] === '-h') command.help();
    return await (await import('../do.ts')).doCommand(path, words.join(' '), terminal);
  },
};
