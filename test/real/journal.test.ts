import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { createHosts } from '#adapters/hosts/create-hosts.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { Remote } from '#ports/remote.ts';
import { journalContract } from '#test/contract/journal.contract.ts';
import { makeJournal } from './journal-file.ts';
import { privateKey, realSwarm } from './swarm.ts';

/** An account in none of the groups. */
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

/** A true journal, read by the system's own journalctl over a real sshd; systemd itself runs nowhere here. */
describe('journal over a real sshd', () => {
  journalContract(async () => {
    const { ssh } = await realSwarm();
    const remote = connectRemote({ ...ssh, privateKey: await privateKey(ssh) });
    const folder = await mkdtemp(join(tmpdir(), 'vigie-journal-'));
    const journal = join(folder, 'journal');
    let prefix: readonly string[] = [];
    const here = (command: readonly string[]): readonly string[] => [...prefix, ...command, `--directory=${journal}`];
    const execStream: Remote['execStream'] = (command, ...rest) => remote.execStream(here(command), ...rest);
    const machine = { name: 'pica01', aliases: [], partials: [], remote: { ...remote, host: remote.host, execStream } };
    return {
      hosts: createHosts([machine]),
      fill: (entries) => makeJournal(journal, entries),
      account: async (sees) => void (prefix = sees === 'all' ? [] : NOBODY),
      async close() {
        await remote.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  });
});
