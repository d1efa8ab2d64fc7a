import type { Subcommand } from '../subcommand.ts';

export const command: Subcommand = {
  name: 'run',
  summary: 'starts it; SIGHUP reads the rules again, SIGTERM ends it',
  examples: [['vigie run --config /etc/vigie/vigie.yaml', 'as systemd does']],
  async run({ loaded }) {
    const configuration = await loaded();
    return await (await import('../run.ts')).run(configuration);
  },
};
