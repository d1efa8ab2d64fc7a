import type { Command } from 'commander';
import type { Given } from '../setup/given.ts';
import type { Subcommand } from '../subcommand.ts';

export const command: Subcommand = {
  name: 'setup',
  summary: "from an administrator's token to a bot that can start: asks, or takes options with --yes",
  examples: [
    ['vigie setup', 'asks for what it needs, in a terminal; run again, it does what is missing'],
    [
      'vigie setup --yes --mattermost https://team.example.org --token-file admin-token --operators alice,bob',
      'asks nobody: what no option says has its default',
    ],
    ['vigie setup --yes --token-file -', 'the slash commands of a vigie that is configured, with the token from the standard input'],
  ],
  declare,
  async run({ path, environment, print, load }, described) {
    const given = described.opts<Given>();
    const terminal = process.stdin.isTTY && process.stdout.isTTY;
    if (given.yes !== true && !terminal)
      return print('setup asks, and this is no terminal. With --yes it asks nobody: vigie help setup shows the options', 2);
    const [{ setup }, { terminalAsker }] = await Promise.all([import('../setup/setup.ts'), import('../setup/prompts.ts')]);
    const asker = given.yes === true ? null : terminalAsker();
    return await setup({ path, given, environmentToken: environment['VIGIE_ADMIN_TOKEN'], asker, print, load });
  },
};

function declare(described: Command): void {
  described
    .option('--yes', 'asks nobody: what no option says has its default')
    .option('--mattermost <URL>', "Mattermost's address")
    .option('--token-file <FILE>', "a system administrator's access token, - for the standard input; else VIGIE_ADMIN_TOKEN")
    .option('--team <TEAM>', 'the team that vigie works in')
    .option('--channel <CHANNEL>', 'the operations channel, made private if there is none of that name; default: ops')
    .option('--also <CHANNELS>', 'other channels that it is added to, with commas between')
    .option('--bot <NAME>', "the bot's name; default: vigie")
    .option('--operators <NAMES>', 'user names of those who operate, with commas between; default: the administrator')
    .option('--language <LANGUAGE>', 'fr or en')
    .option('--url <URL>', 'how Mattermost reaches vigie over HTTP, for slash commands and buttons')
    .option('--new-tokens', 'makes the tokens of the slash commands anew: somebody has them who should not')
    .option('--state <FOLDER>', 'where the store is; default: /var/lib/vigie')
    .option('--account <NAME>', 'the account that runs vigie; default: vigie where root runs this and there is one, else yours')
    .option('--docker <ADDRESS>', 'a manager of the Swarm: unix:///path, ssh://user@host or none')
    .option('--elasticsearch <URL>', 'where Beats send to, or none')
    .option('--proxmox <URL>', 'a hypervisor, or none')
    .option('--machine <NAME=USER@HOST...>', 'machines to look at over SSH')
    .option('--host-key <HOST=SHA256...>', 'host keys that you have compared');
}
