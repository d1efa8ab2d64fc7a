import { z } from 'zod';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { newestFirst } from '#domain/swarm/newest-tags.ts';
import type { ImageTag, ImageTags } from '#ports/swarm.ts';
import type { Daemon } from './daemon.ts';
import { registryAuth, type Registries } from './registry-auth.ts';
import { RegistryClient } from './registry-client.ts';
import { registryOf } from './registry-name.ts';

/** How long a registry may take to list its tags, and then to say how old they are. */
const LIST_MS = 8_000;
const DATES_MS = 6_000;
const PAGE = 500;
/** Tags whose age is looked up: it takes two or three questions each. */
const DATED = 40;
const AT_A_TIME = 8;

const page = z.looseObject({ tags: z.array(z.string()).nullish() });
const manifest = z.looseObject({
  config: z.looseObject({ digest: z.string() }).optional(),
  manifests: z.array(z.looseObject({ digest: z.string(), platform: z.looseObject({ os: z.string().optional() }).optional() })).optional(),
});
const configuration = z.looseObject({ created: z.string().optional() });
const info = z.looseObject({
  RegistryConfig: z
    .looseObject({
      InsecureRegistryCIDRs: z.array(z.string()).nullish(),
      IndexConfigs: z.record(z.string(), z.looseObject({ Secure: z.boolean().optional() })).nullish(),
    })
    .nullish(),
});

/**
 * The tags that a registry has for a repository, newest first by when their images were built. Asked by vigie itself, unlike an image's
 * digest: Docker has no question for it.
 * @throws image_unknown, image_unauthorized, registry_unreachable, registry_refused
 */
export async function listTags(
  { manager, registries }: { readonly manager: Daemon; readonly registries: Registries },
  repository: string,
  signal?: AbortSignal,
): Promise<ImageTags> {
  const insecure = await isInsecure(manager, registryOf(repository), signal);
  const credentials = registryAuth(repository, registries);
  const client = new RegistryClient({ repository, credentials, insecure });
  const { names, more } = await namesOf(client, within(LIST_MS, signal));
  const likely = newestFirst(names.map((name) => ({ name, builtAt: null })));
  const dates = await datesOf(client, likely.slice(0, DATED), within(DATES_MS, signal));
  signal?.throwIfAborted();
  return { tags: newestFirst(likely.map((tag) => ({ ...tag, builtAt: dates.get(tag.name) ?? null }))), more };
}

function within(ms: number, signal: AbortSignal | undefined): AbortSignal {
  const limit = AbortSignal.timeout(ms);
  return signal === undefined ? limit : AbortSignal.any([signal, limit]);
}

/** Whether Docker would ask this registry without a certificate that somebody known has signed. */
async function isInsecure(manager: Daemon, host: string, signal?: AbortSignal): Promise<boolean> {
  const { RegistryConfig: config } = await manager.ask(info, signal, ({ docker }) => docker.info());
  if (config?.IndexConfigs?.[host]?.Secure === false) return true;
  return (config?.InsecureRegistryCIDRs ?? []).some((cidr) => isIn(host.replace(/:\d+$/u, ''), cidr));
}

/** Of IPv4 alone. */
function isIn(address: string, cidr: string): boolean {
  const [network = '', bits = '32'] = cidr.split('/');
  const [one, other] = [numberOf(address), numberOf(network)];
  if (one === null || other === null) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(one / size) === Math.floor(other / size);
}

function numberOf(address: string): number | null {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/u.exec(address)?.slice(1).map(Number);
  return parts === undefined ? null : parts.reduce((sum, part) => sum * 256 + part, 0);
}

async function namesOf(client: RegistryClient, signal: AbortSignal): Promise<{ names: readonly string[]; more: boolean }> {
  const names: string[] = [];
  let path: string | null = `tags/list?n=${PAGE}`;
  while (path !== null && names.length < BOUNDS.registryTags.most) {
    const { body, next } = await client.get(path, signal);
    const read = page.safeParse(body);
    if (!read.success) throw new VigieError('registry_refused', { registry: client.host, reason: 'it lists no tags' });
    names.push(...(read.data.tags ?? []));
    path = next;
  }
  return { names: names.slice(0, BOUNDS.registryTags.most), more: path !== null || names.length > BOUNDS.registryTags.most };
}

/** What nobody can tell in time is left out: its place is by its name then. */
async function datesOf(client: RegistryClient, tags: readonly ImageTag[], signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const dates = new Map<string, number>();
  const left = [...tags];
  const worker = async (): Promise<void> => {
    for (let tag = left.shift(); tag !== undefined; tag = left.shift()) {
      const builtAt = await builtAtOf(client, tag.name, signal);
      if (builtAt !== null) dates.set(tag.name, builtAt);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return dates;
}

async function builtAtOf(client: RegistryClient, reference: string, signal: AbortSignal): Promise<number | null> {
  try {
    const { manifests, config } = manifest.parse((await client.get(`manifests/${reference}`, signal)).body);
    // An index: one for each platform, and what attests them.
    const one = manifests?.find(({ platform }) => platform?.os !== 'unknown');
    if (one !== undefined) return await builtAtOf(client, one.digest, signal);
    if (config === undefined) return null;
    const { created } = configuration.parse((await client.get(`blobs/${config.digest}`, signal)).body);
    const at = Date.parse(created ?? '');
    return Number.isNaN(at) || at <= 0 ? null : at;
  } catch {
    // Whatever it was, the tag is there: only its age isn't known.
    return null;
  }
}
