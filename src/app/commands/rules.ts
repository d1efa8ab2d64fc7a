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

const import_: Subcommand = {
  name: 'import',
  summary: "reads an ElastAlert's folder, and writes its rules and a part of vigie.yaml",
  examples: [['vigie rules import /opt/elastalert --into /tmp/vigie-import', 'with a report: taken, changed, refused, what to decide']],
  readsNoConfig: true,
  declare: (command) =>
    command
      .argument('<FOLDER>', "where ElastAlert's config.yaml is")
      .option('--into <FOLDER>', 'where it is written to: one that is not there yet', 'vigie-import'),
  async run({ words: [folder = ''], print }, command) {
    const { into } = command.opts<{ readonly into: string }>();
    return (await import('../rules-import.ts')).rulesImport(folder, into, print);
  },
};

export const command: Family = {
  name: 'rules',
  summary: 'test: what rules would have fired; import: those of an ElastAlert',
  examples: [...test.examples, ...import_.examples],
  members: [test, import_],
};
