import { isIPv6 } from 'node:net';
import { parseNamesTarget } from '#domain/alert/probe-target.ts';
import { judgeName } from '#domain/names/judge.ts';
import { deathOf, type MachinesSeen } from '#domain/names/machines.ts';
import { addressesOf, type NameView } from '#domain/names/name-view.ts';
import { machinesSeen, type MachineSources } from '#ports/machines.ts';
import type { NamesReader } from '#ports/names.ts';
import type { Way } from '#ports/prober.ts';
import { publicNames, type NameSources } from '#ports/public-names.ts';
import { seenCertificate } from './certificate.ts';
import { openSocket, openTls } from './sockets.ts';
import { ProbeFailure, Walk } from './walk.ts';

/** What is asked. */
export interface NamesProbed extends NameSources, MachineSources {
  /** Where pages are served with TLS; 443 but in tests. */
  readonly port?: number;
}

/**
 * `machines/NAME`: whether no address of a public name is a dead machine's, or nobody's; `certificates/NAME`: whether Traefik serves no certificate of
 * its own making on any of them. `*` for all names that are known. What can't be asked fails too: unknown is not well.
 * @throws ProbeFailure
 */
export async function walkNames(way: Way, sources: NamesProbed, deadline: AbortSignal): Promise<void> {
  const { what, name } = parseNamesTarget(way.target) ?? { what: 'machines', name: way.target };
  way.enter('records');
  const names = name === '*' ? await publicNames(sources, deadline) : [name];
  const machines = what === 'machines' ? await machinesSeen(sources, deadline) : null;
  await Promise.all(
    names.map(async (each) => {
      const view = await sources.names.look(each, deadline);
      if (machines === null) await lookAtCertificates(way, view, sources.port ?? 443, deadline);
      else judgeMachines(way, view, sources.names, machines);
    }),
  );
}

function judgeMachines({ target }: Way, view: NameView, names: NamesReader, machines: MachinesSeen): void {
  const { name } = view;
  const held = { addresses: names.addresses(), isDead: (machine: string) => deathOf(machine, machines), mostTtl: names.mostTtl(), now: 0 };
  for (const found of judgeName(view, held)) {
    if (found.kind === 'dead') {
      const { address, machine } = found;
      throw new ProbeFailure(
        { code: 'probe_name_dead', params: { target, name, address, machine } },
        `${name}: ${address}, ${machine} is off`,
      );
    }
    if (found.kind === 'stranger') {
      const { address, nearest } = found;
      throw new ProbeFailure(
        { code: 'probe_name_stranger', params: { target, name, address, nearest } },
        `${name}: ${address} is nobody's`,
      );
    }
  }
}

async function lookAtCertificates(way: Way, view: NameView, port: number, deadline: AbortSignal): Promise<void> {
  const { name } = view;
  way.enter('certificate');
  await Promise.all(
    addressesOf(view).map(async (address) => {
      const own = new Walk(name);
      const secure = await openTls(own, await openSocket(own, { host: address, port }, deadline), { name, ca: null }, deadline);
      const { maker } = seenCertificate(secure);
      secure.destroy();
      if (maker !== 'traefik') return;
      const target = `${name} (${isIPv6(address) ? `[${address}]` : address})`;
      throw new ProbeFailure({ code: 'probe_certificate_traefik', params: { target } }, `${target}: made by Traefik itself`);
    }),
  );
}
