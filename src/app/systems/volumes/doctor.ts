import { byName } from '#kernel/by-name.ts';
import { owed } from '#domain/volume/heals.ts';
import type { MountView, Pool, VolumesReader, VolumeView } from '#ports/volumes.ts';
import type { Config } from '#config/schema.ts';
import { absent, bad, good, type Finding } from '../../finding.ts';
import type { Examination } from '../system.ts';

/** Whether GlusterFS answers, is whole and of one version, and is mounted where it is to be. */
export async function lookAtVolumes(volumes: VolumesReader | null, { config, words }: Examination): Promise<readonly Finding[]> {
  if (volumes === null) return [absent('GlusterFS', 'none configured: no volumes, no heal')];
  const orSaid = (what: string, asked: Promise<readonly Finding[]>) => asked.catch((error: unknown) => [bad(what, words(error))]);
  const list = volumes.list();
  const found = await Promise.all([
    orSaid(
      'GlusterFS',
      volumes.pool().then((pool) => lookAtPool(pool)),
    ),
    orSaid(
      'volumes',
      list.then(async (all) => (await Promise.all(all.map((volume) => lookAtVolume(volumes, volume, config)))).flat()),
    ),
    orSaid(
      'mounts',
      volumes.mounts().then((mounts) => mounts.map(lookAtMount)),
    ),
  ]);
  return found.flat();
}

function lookAtPool({ seenBy, peers, versions, opVersion, mostOpVersion }: Pool): readonly Finding[] {
  const away = peers.filter(({ connected }) => !connected).map(({ host }) => host);
  const silent = Object.entries(versions).filter(([, version]) => version === null);
  const several = new Set(Object.values(versions).filter((version) => version !== null));
  const what = 'GlusterFS';
  const findings: Finding[] = [];
  if (away.length > 0) findings.push(bad(what, `${seenBy} does not reach ${away.join(', ')}: does glusterd run there?`));
  for (const [name] of silent)
    findings.push(bad(`${what} on ${name}`, 'does not answer: may the account use gluster, as root or by sudo -n?'));
  if (several.size > 1) findings.push(bad(what, `several versions: ${versionWords(versions)}. Upgrade the older ones`));
  else if (opVersion < mostOpVersion)
    findings.push(
      bad(what, `speaks op-version ${opVersion} and could ${mostOpVersion}: gluster volume set all cluster.op-version ${mostOpVersion}`),
    );
  return findings.length > 0
    ? findings
    : [good(what, `${[...several].join()} on ${Object.keys(versions).join(', ')}, ${peers.length + 1} peers`)];
}

function versionWords(versions: Pool['versions']): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version ?? '?'}`)
    .join(', ');
}

async function lookAtVolume(volumes: VolumesReader, volume: VolumeView, { hosts, gluster }: Config): Promise<readonly Finding[]> {
  const what = `volume ${volume.name}`;
  if (!volume.started) return [bad(what, `is not started: gluster volume start ${volume.name}`)];
  const strange = volume.bricks.filter(({ host }) => {
    const known = (gluster?.hosts ?? []).map((name) => [name, ...(hosts[name]?.aliases ?? [])]);
    return byName(known, host, (names) => names) === undefined;
  });
  const down = volume.bricks.filter(({ online }) => online !== true).map(({ host, path }) => `${host}:${path}`);
  const { pending, splitBrain } = owed(await volumes.heals(volume.name));
  const findings: Finding[] = [];
  if (strange.length > 0)
    findings.push(
      bad(
        what,
        `has bricks on ${strange.map(({ host }) => host).join(', ')}, which gluster.hosts does not know: name it in the aliases of its host`,
      ),
    );
  if (down.length > 0)
    findings.push(bad(what, `${down.join(', ')} ${down.length === 1 ? 'is' : 'are'} down: gluster volume start ${volume.name} force`));
  if (splitBrain.length > 0) findings.push(bad(what, `${splitBrain.length} in split-brain: storage ${volume.name}`));
  return findings.length > 0 ? findings : [good(what, `${volume.bricks.length} bricks, ${pending.length} to heal`)];
}

function lookAtMount({ host, path, volume, state, reason }: MountView): Finding {
  const what = `${path} on ${host}`;
  if (state === 'mounted') return good(what, `volume ${volume}`);
  const mend =
    state === 'unknown' ? '' : `: ${state === 'stale' ? `umount -l ${path}, then ` : ''}mount -t glusterfs ${host}:/${volume} ${path}`;
  return bad(what, `${state} (${reason ?? ''})${mend}`);
}
