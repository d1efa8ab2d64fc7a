import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { createHosts } from '#adapters/hosts/create-hosts.ts';
import { hosts } from '#app/app/systems/hosts.ts';
import { lookAtHosts } from '#app/app/systems/hosts/doctor.ts';
import { PRIVATE_KEY, secretFile } from '#test/config/sample.ts';
import { LabMachine } from '#test/lab/hosts/lab-machine.ts';
import { examination, examine } from './examine.ts';

const KEY = `\${file:${secretFile('ssh-key', PRIVATE_KEY)}}`;
const HOST_KEY = `SHA256:${'A'.repeat(43)}`;

let lab: LabMachine;
beforeEach(async () => {
  lab = await LabMachine.open();
});
afterEach(() => lab.close());

const look = (names: readonly string[]) => {
  const lines = names.map((name) => `  ${name}: { ssh: { host: root@${name}, key: "${KEY}", host_key: "${HOST_KEY}" } }`);
  if (names.length === 0) return examine(hosts, examination());
  return lookAtHosts(createHosts([lab.machine('pica01')]), examination(`hosts:\n${lines.join('\n')}`));
};

describe('doctor, of the machines', () => {
  it('says so when there are none', async () => {
    expect(await look([])).toEqual([
      { what: 'hosts', ok: true, absent: true, detail: 'none configured: no space, no clean, no logs of machines' },
    ]);
  });

  it('sees disks, Docker and the logs of containers', async () => {
    await lab.container('pad_app', 'sha256:1', 10);
    expect(await look(['pica01'])).toEqual([
      { what: 'host pica01', ok: true, detail: expect.stringMatching(/^\d+ file systems?, Docker answers; its journal can be read$/u) },
    ]);
  });

  it('takes a machine without Docker for well', async () => {
    lab.docker.installed = false;
    expect(await look(['pica01'])).toMatchObject([
      { ok: true, detail: expect.stringMatching(/no Docker there; its journal can be read$/u) },
    ]);
  });

  it('says which group an account lacks that may not see the journal', async () => {
    lab.journal.account = 'own';
    expect(await look(['pica01'])).toMatchObject([{ ok: false, detail: expect.stringMatching(/; journal_forbidden$/u) }]);
  });

  it('takes a machine that keeps no journal for well', async () => {
    lab.journal.account = 'absent';
    expect(await look(['pica01'])).toMatchObject([{ ok: true, detail: expect.stringMatching(/; no journal there$/u) }]);
  });

  it('names what Docker complains about', async () => {
    lab.docker.complaint = 'permission denied while trying to connect to the Docker daemon socket';
    expect(await look(['pica01'])).toMatchObject([
      { ok: false, detail: expect.stringMatching(/Docker does not answer \(permission denied.*May the account use it/u) },
    ]);
  });

  it('says what an account needs that may not see the logs of containers', async () => {
    await lab.container('pad_app', 'sha256:1', 10);
    const denied = { code: 1, stdout: '', stderr: "stat: cannot statx '/x': Permission denied\n" };
    lab.before = (command) => (/'?stat'? '?--printf/u.test(command) ? denied : undefined);
    expect(await look(['pica01'])).toMatchObject([{ ok: false, detail: expect.stringMatching(/may not see the logs.*needs root/u) }]);
  });

  it('tells which one is not reached, and looks at the others', async () => {
    lab.before = () => {
      throw new VigieError('ssh_unreachable', { host: 'root@lab:22', reason: 'refused' });
    };
    expect(await look(['pica01', 'pica02'])).toEqual([
      { what: 'host pica01', ok: false, detail: 'ssh_unreachable' },
      { what: 'host pica02', ok: false, detail: 'host_unknown' },
    ]);
  });
});
