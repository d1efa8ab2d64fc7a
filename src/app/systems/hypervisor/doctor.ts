import type { ConnectedHypervisor, HostReport } from '#adapters/proxmox/connect-proxmox.ts';
import { absent, type Finding, type Words } from '../../finding.ts';
import type { Examination } from '../system.ts';

/** Whether each host of the cluster answers, whether they agree, and what vigie may do there. */
export async function lookAtHypervisor(hypervisor: ConnectedHypervisor | null, { words }: Examination): Promise<readonly Finding[]> {
  if (hypervisor === null) return [absent('Proxmox', 'none configured: no VMs')];
  const hosts = (await hypervisor.examine()).map((report) => hostFinding(report, words));
  if (!hosts.some(({ ok }) => ok)) return hosts;
  const looks = [lookAtCluster, lookAtRights, lookAtGuests, lookAtStorages];
  const findings = await Promise.all(looks.map((look) => look(hypervisor).catch((error: unknown) => failed(words(error)))));
  return [...hosts, ...findings.flat()];
}

const failed = (detail: string): readonly Finding[] => [{ what: 'Proxmox', ok: false, detail }];

function hostFinding({ host, version, problem }: HostReport, words: Words): Finding {
  return { what: `Proxmox ${host}`, ok: problem === null, detail: problem === null ? (version ?? '') : words(problem) };
}

async function lookAtCluster(hypervisor: ConnectedHypervisor): Promise<readonly Finding[]> {
  const { name, quorate, nodes } = await hypervisor.cluster();
  const away = nodes.filter(({ online }) => !online).map((node) => node.name);
  const what = name === null ? 'Proxmox' : `Proxmox cluster ${name}`;
  if (!quorate)
    return [{ what, ok: false, detail: 'has no quorum: it is read-only. Bring the other machine back; never lower the expected votes' }];
  const list = nodes.map((node) => node.name).join(', ');
  return [{ what, ok: away.length === 0, detail: away.length === 0 ? `quorum, ${list}` : `quorum, but ${away.join(', ')} is offline` }];
}

async function lookAtRights(hypervisor: ConnectedHypervisor): Promise<readonly Finding[]> {
  const { missing, narrow, agents, screens, restoring } = await hypervisor.privileges();
  const what = 'Proxmox rights';
  const findings: Finding[] = [];
  if (missing.length > 0)
    findings.push({
      what,
      ok: false,
      detail: `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing: give ${missing.length === 1 ? 'it' : 'them'} to the token and to its user, on /`,
    });
  if (narrow.length > 0)
    findings.push({ what, ok: true, detail: `${narrow.join(', ')} only for some guests or storages: vigie sees no others` });
  if (!agents)
    findings.push({
      what,
      ok: true,
      detail:
        'without VM.GuestAgent.Audit (VM.Monitor before Proxmox 9) every snapshot is called crash-consistent: the agent can not be asked',
    });
  if (!screens)
    findings.push({ what, ok: true, detail: 'without VM.Console nobody sees the screen of a VM: console is refused by Proxmox' });
  if (restoring.length > 0)
    findings.push({ what, ok: true, detail: `without ${restoring.join(', ')} no VM is restored: restore-vm is refused by Proxmox` });
  return findings.length > 0 ? findings : [{ what, ok: true, detail: 'all that are needed' }];
}

/** Proxmox shows an empty list to who may not see what is in it. */
async function lookAtGuests(hypervisor: ConnectedHypervisor): Promise<readonly Finding[]> {
  const guests = await hypervisor.guests();
  if (guests.length === 0) return [{ what: 'VMs', ok: false, detail: 'none to be seen: does the token have VM.Audit?' }];
  return [{ what: 'VMs', ok: true, detail: guests.map(({ name }) => name).join(', ') }];
}

async function lookAtStorages(hypervisor: ConnectedHypervisor): Promise<readonly Finding[]> {
  const storages = await hypervisor.storages();
  const what = 'VM storages';
  if (storages.length === 0) return [{ what, ok: false, detail: 'none to be seen: does the token have Datastore.Audit?' }];
  const backups = storages.filter(({ active, content }) => active && content.includes('backup'));
  const names = (list: typeof storages): string => list.map(({ node, name }) => `${name} on ${node}`).join(', ');
  if (backups.length === 0) return [{ what, ok: false, detail: `${names(storages)}: none of them takes backups` }];
  return [{ what, ok: true, detail: `for backups ${names(backups)}` }];
}
