import type { Subcommand } from '../subcommand.ts';

export const command: Subcommand = {
  name: 'people',
  summary: 'which account each name of the configuration stands for',
  examples: [
    ['vigie people', 'each name, its account or channel, and since when'],
    ['vigie people confirm alice', 'whoever bears that name now is meant'],
  ],
  declare: (command) => command.usage('[options] [confirm NAME]').argument('[confirm NAME...]'),
  async run({ loaded, words, print }) {
    const configuration = await loaded();
    return await (await import('../people.ts')).people(configuration, words, print);
  },
};
