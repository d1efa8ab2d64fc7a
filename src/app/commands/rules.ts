import type { RulesTest } from '../rules-test.ts';
import type { Family, Subcommand } from '../subcommand.ts';

const test: Subcommand = {
  name: 'test',
  summary: 'replays history through rules, and prints what would have fired',
  examples: [
    ['vigie rules test rules/disk.yaml --from 2026-11-24T00:00:00Z --to 2026-11-25T00:00:00Z', 'a day, with ES_URL in the environment'],
    ['vigie rules test rules/*.yaml --from T --to T --json --elasticsearch http://127.0.0.1:9200', 'a line of JSON an event'],
  ],
  readsNoConfig: true,
  declare: (command) =>
    command
      .argument('<FILE...>', 'rule files')
      .option('--from <TIME>', 'where the history begins, such as 2026-11-24T08:00:00Z')
      .option('--to <TIME>', 'where it ends')
      .option('--json', 'prints JSON, a line an event')
      .option('--elasticsearch <URL>', 'where the documents are; ES_URL stands in for it')
      .option('--run-every <DURATION>', 'for rules that say none themselves', '1m')
      .option('--buffer-time <DURATION>', 'the same', '15m'),
  async run({ words, environment, print }, command) {
    const options = command.opts<Omit<RulesTest, 'files' | 'json'> & { readonly json?: boolean }>();
    return await (await import('../rules-test.ts')).rulesTest({ json: false, ...options, files: words }, environment, print);
  },
};

export const command: Family = { name: 'rules', summary: 'test: what rules would have fired', examples: test.examples, members: [test] };
