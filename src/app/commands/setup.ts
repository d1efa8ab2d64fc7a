import type { Subcommand } from '../subcommand.ts';

export const command: Subcommand = {
  name: 'setup',
  summary: 'creates the slash commands, given VIGIE_ADMIN_TOKEN',
  examples: [['VIGIE_ADMIN_TOKEN=… vigie setup', "with a team administrator's access token, which is kept nowhere"]],
  async run({ loaded, environment, print }) {
    const configuration = await loaded();
    return await (await import('../setup.ts')).setup(configuration, environment['VIGIE_ADMIN_TOKEN'] ?? '', print);
  },
};
