import { isIPv6 } from 'node:net';
import { VigieError } from '#kernel/errors.ts';
import { parseNamesTarget } from '#domain/alert/probe-target.ts';
import { judgeName, ownerOf } from '#domain/names/judge.ts';
import { deathOf, type MachinesSeen } from '#domain/names/machines.ts';
import { addressesOf, type NameView } from '#domain/names/name-view.ts';
import { machinesSeen, type MachineSources } from '#ports/machines.ts';
import type { NamesReader } from '#ports/names.ts';
import type { Way } from '#ports/prober.ts';
import { publicNames, type NameSources } from '#ports/public-names.ts';
import { judgeCertificate, seenCertificate } from './certificate.ts';
import { openSocket, openTls } from './sockets.ts';
import { ProbeFailure, Walk } from './walk.ts';

/** What is asked. */
export interface NamesProbed extends NameSources, MachineSources {
  /** Where pages are served with TLS; 443 but in tests. */
  readonly port?: number;
  /** Authorities besides those that Node knows, as PEM; in tests. */
  readonly ca?: readonly string[];
  readonly now: () => number;
}

/**
 * `machines/NAME`: whether no address of a public name is a dead machine's, or nobody's; `certificates/NAME`: whether Traefik serves no certificate of
 * its own making on any of them; `certificates/20d/NAME`: whether each of them shows one that browsers take and that is good for so many days. `*` for all names that
 * are known.
 * @throws ProbeFailure, also where no name server answers; VigieError where nobody can tell whether a machine lives: that is neither well nor ill
 */
export async function walkNames(way: Way, sources: NamesProbed, deadline: AbortSignal): Promise<void> {
  const { what, days, name } = parseNamesTarget(way.target) ?? { what: 'machines', days: null, name: way.target };
  way.enter('records');
  const names = name === '*' ? await publicNames(sources, deadline) : [name];
  const machines = what === 'machines' ? await machinesSeen(sources, deadline) : null;
  await Promise.all(
    names.map(async (each) => {
      const view = await sources.names.look(each, deadline);
      requireAnswer(view);
      if (machines === null) await lookAtCertificates(way, view, { ...sources, days }, deadline);
      else judgeMachines(way, view, sources.names, machines);
    }),
  );
}

/** Who has no answer knows of no address that is amiss, and of none that is well. */
function requireAnswer({ name, servers, resolver }: NameView): void {
  if (resolver.problem === null || servers.some(({ answer }) => answer !== null)) return;
  throw new ProbeFailure(resolver.problem, `${name}: no name server answers`);
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
  const { problem } = machines;
  const owners = addressesOf(view).flatMap((address) => ownerOf(address, held.addresses)?.machine ?? []);
  if (problem !== null && owners.some((machine) => deathOf(machine, machines) === null)) throw new VigieError(problem.code, problem.params);
}

interface Judged extends Pick<NamesProbed, 'port' | 'ca' | 'now'> {
  readonly days: number | null;
}

async function lookAtCertificates(way: Way, view: NameView, judged: Judged, deadline: AbortSignal): Promise<void> {
  const { name } = view;
  const { port = 443, ca = null, days, now } = judged;
  way.enter('certificate');
  await Promise.all(
    addressesOf(view).map(async (address) => {
      const target = `${name} (${isIPv6(address) ? `[${address}]` : address})`;
      const own = new Walk(target);
      const secure = await openTls(own, await openSocket(own, { host: address, port }, deadline), { name, ca }, deadline);
      try {
        if (days !== null) judgeCertificate(own, secure, days, now());
        else if (seenCertificate(secure).maker === 'traefik')
          throw new ProbeFailure({ code: 'probe_certificate_traefik', params: { target } }, `${target}: made by Traefik itself`);
      } finally {
        secure.destroy();
      }
    }),
  );
}
