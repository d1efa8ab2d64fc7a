import { statSync } from 'node:fs';
import type { Clock } from '#kernel/clock.ts';
import type { Hosts } from '#ports/hosts.ts';
import { createHosts } from '#adapters/hosts/create-hosts.ts';
import { LabMachine } from '#test/lab/hosts/lab-machine.ts';
import { fillJournal } from './journal.ts';
import type { DemoDisks, DiskUse } from './disks.ts';

const GB = 1_000_000_000;
const REGISTRY = 'registry.picasoft.net';

/** What fills the machines of the demo: former images, a log that nobody limits, a copy that broke off. */
const MACHINES = [
  {
    name: 'pica01',
    usedGb: 71,
    images: ['pica-etherpad:1.9.4', 'pica-etherpad:1.9.5', 'pica-mattermost:11.4.0'],
    log: 'traefik',
    copy: 'postgres',
  },
  { name: 'pica02', usedGb: 58, images: ['pica-wekan:7.42'], log: null, copy: null },
] as const;
const IMAGE_GB = 1.4;
const LOG_GB = 6.2;
const COPY_GB = 2.1;

export interface DemoHosts extends Hosts {
  close(): Promise<void>;
}

/** Two machines to try `space` and `clean` on. Their files are holes in a folder of this machine; nothing else of it is shown, or touched. */
export async function demoHosts(clock: Clock, disks: DemoDisks): Promise<DemoHosts> {
  const machines = await Promise.all(MACHINES.map(async (one) => ({ name: one.name, lab: await filled(one, clock, disks) })));
  return {
    ...createHosts(machines.map(({ name, lab }) => lab.machine(name, [`${name}.picasoft.net`]))),
    async close() {
      await Promise.all(machines.map(({ lab }) => lab.close()));
    },
  };
}

async function filled({ name, usedGb, images, log, copy }: (typeof MACHINES)[number], clock: Clock, disks: DemoDisks): Promise<LabMachine> {
  const lab = await LabMachine.open();
  fillJournal(lab.journal, clock.now());
  lab.docker.images = images.map((image, index) => ({
    id: `sha256:${Buffer.from(`${name} ${index}`).toString('hex').padEnd(64, '0')}`,
    tags: [`${REGISTRY}/${image}`],
    uniqueSize: `${IMAGE_GB}GB`,
  }));
  const files: string[] = [];
  if (log !== null) files.push(await lab.container(`${log}.1`, 'sha256:in-use', LOG_GB * GB));
  if (copy !== null) files.push(await lab.file(`backups/${copy}-20261101.dump.partial`, COPY_GB * GB, 3));
  disks.watchRoot(name, () => usedOf(lab, files, usedGb * GB));
  lab.before = (command) => (command.includes('--output=size,used') ? dfOf(disks.of(name, clock.now())) : undefined);
  return lab;
}

/** The disk gets emptier with what is cleaned of it. */
function usedOf(lab: LabMachine, files: readonly string[], restBytes: number): number {
  const images = lab.docker.images.length * IMAGE_GB * GB;
  const sizes = files.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  return Math.round(sizes.reduce((sum, bytes) => sum + bytes, restBytes + images));
}

function dfOf(disks: readonly DiskUse[]) {
  const rows = disks.map(({ mount, totalBytes, usedBytes }) => [
    totalBytes,
    Math.round(usedBytes),
    Math.round(totalBytes - usedBytes),
    mount,
  ]);
  const lines = [['1B-blocks', 'Used', 'Avail', 'Mounted on'], ...rows];
  return { code: 0, stdout: lines.map((line) => `${line.join(' ')}\n`).join(''), stderr: '' };
}
