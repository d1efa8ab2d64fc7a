import type { Subcommand } from '../subcommand.ts';

export const command: Subcommand = {
  name: 'doctor',
  summary: 'checks live: token, rights, Swarm, registry, clock, quorum; sends a test to each pager',
  examples: [
    ['vigie doctor', 'asks everything that vigie depends on, and says what to do'],
    ['vigie doctor --no-page', 'the same, and wakes nobody'],
    ['vigie doctor --no-page --json', 'as one line of JSON, for a script'],
  ],
  declare: (command) => command.option('--no-page', 'sends no test to the pagers').option('--json', 'prints one line of JSON'),
  async run({ loaded, print }, command) {
    const { page, json = false } = command.opts<{ readonly page: boolean; readonly json?: boolean }>();
    const configuration = await loaded();
    return await (await import('../doctor.ts')).doctor(configuration, print, { page, json });
  },
};
