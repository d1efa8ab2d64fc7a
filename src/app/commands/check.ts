import type { Subcommand } from '../subcommand.ts';

export const command: Subcommand = {
  name: 'check',
  summary: 'checks configuration, rules, handlers and words, offline',
  examples: [
    ['vigie check', 'the configuration, with the rules that it names'],
    ['vigie check /etc/vigie/rules', 'rules alone, files or folders'],
  ],
  declare: (command) => command.argument('[FILE...]', 'configurations, rule files, folders of rule files'),
  async run({ path, words, print, load }) {
    return await (await import('../check.ts')).check(path, words, print, load);
  },
};
