import { describe, expect, it } from 'vitest';
import { createHosts } from '#adapters/hosts/create-hosts.ts';
import type { JournalField } from '#test/lab/hosts/journal-stand-in.ts';
import { JournalStandIn } from '#test/lab/hosts/journal-stand-in.ts';
import { LabMachine } from '#test/lab/hosts/lab-machine.ts';
import { journalContract, type Written } from './journal.contract.ts';

/** As journalctl prints a field: bytes that no terminal should see as numbers. */
function printed(value: Written[string]): JournalField {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? [...value] : [...value];
}

describe("journal on the lab's machine", () => {
  journalContract(async () => {
    const lab = await LabMachine.open();
    return {
      hosts: createHosts([lab.machine('pica01')]),
      async fill(entries) {
        lab.journal = new JournalStandIn();
        for (const { at, fields } of entries)
          lab.journal.write(at, Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, printed(value)])));
      },
      account: async (sees) => void (lab.journal.account = sees),
      close: () => lab.close(),
    };
  });

  it('is refused where an account sees its own lines alone, and where there is no journalctl', async () => {
    const lab = await LabMachine.open();
    const hosts = createHosts([lab.machine('pica01')]);
    lab.journal.account = 'own';
    await expect(hosts.journal('pica01', { since: 0, tail: 1 })).rejects.toMatchObject({ code: 'journal_forbidden' });
    lab.journal.account = 'absent';
    await expect(hosts.journal('pica01', { since: 0, tail: 1 })).rejects.toMatchObject({ code: 'journal_missing' });
    await lab.close();
  });
});
