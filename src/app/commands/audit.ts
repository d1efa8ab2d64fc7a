import type { Family, Subcommand } from '../subcommand.ts';

const verify: Subcommand = {
  name: 'verify',
  summary: 'checks that nobody rewrote the audit, nor cut it, since vigie posted SEQ:HASH',
  examples: [
    ['vigie audit verify', 'whether it is unbroken in itself'],
    ['vigie audit verify SEQ:HASH', 'whether it still holds what the daily post in the operations channel says'],
  ],
  declare: (command) => command.argument('[SEQ:HASH]', 'from the daily post, all of it'),
  async run({ loaded, words, print }) {
    const configuration = await loaded();
    return await (await import('../audit.ts')).verifyAudit(configuration, print, words[0]);
  },
};

export const command: Family = {
  name: 'audit',
  summary: 'verify: checks that nobody changed the audit',
  examples: verify.examples,
  members: [verify],
};
