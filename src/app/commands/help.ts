import type { Subcommand } from '../subcommand.ts';
import { UnknownCommand } from '../unknown-command.ts';

export const command: Subcommand = {
  name: 'help',
  summary: 'shows what there is, or how one of these is used',
  examples: [['vigie help doctor', 'how doctor is used']],
  readsNoConfig: true,
  declare: (command) => command.argument('[COMMAND...]'),
  async run({ words }, command) {
    let shown = command.parent ?? command;
    for (const word of words) {
      const next = shown.commands.find((each) => each.name() === word);
      if (next === undefined) throw new UnknownCommand(word, shown);
      shown = next;
    }
    return shown.help();
  },
};
