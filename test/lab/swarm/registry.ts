import { sha256 } from '#kernel/hash.ts';
import { VigieError } from '#kernel/errors.ts';
import { registryOf } from '#adapters/docker/registry-name.ts';
import { type ImageReference, type ImageTags, parseImage } from '#ports/swarm.ts';
import { HEALTHY, type ImageBehaviour } from './image.ts';

/** What the registries hold, and what Swarm's nodes have pulled of them. */
export class MemoryRegistry {
  readonly #digests = new Map<string, string>();
  readonly #behaviours = new Map<string, ImageBehaviour>();
  readonly #denied = new Set<string>();
  readonly #held = new Set<string>();
  #pushes = 0;
  readonly #down = new Map<string, string>();

  /**
   * @param reference `host/name:tag`; pushed again, the tag moves to a new digest
   * @returns the digest
   */
  push(reference: string, behaviour: Partial<ImageBehaviour> = {}): string {
    const { repository, tag } = known(reference);
    this.#pushes += 1;
    const digest = `sha256:${sha256(`${reference} ${this.#pushes}`)}`;
    this.#digests.delete(`${repository}:${tag ?? 'latest'}`);
    this.#digests.set(`${repository}:${tag ?? 'latest'}`, digest);
    this.#behaviours.set(`${repository}@${digest}`, { ...HEALTHY, ...behaviour });
    return digest;
  }

  /** From now on its registry refuses this repository to us. */
  deny(repository: string): void {
    this.#denied.add(repository);
  }

  /** @param reason what connecting to that host says */
  goDown(host: string, reason = 'connection refused'): void {
    this.#down.set(host, reason);
  }

  comeBack(host: string): void {
    this.#down.delete(host);
  }

  /** The manager has this tag among its own images. */
  hold(reference: string): void {
    const image = known(reference);
    this.#held.add(reference).add(`${image.repository}@${this.#digestOf(image)}`);
  }

  /** What a node finds when it wants to run an image: null when it can't be pulled and isn't there. */
  pull(reference: string): ImageBehaviour | null {
    const image = parseImage(reference);
    if (image === null) return null;
    const pinned = `${image.repository}@${this.#digestOf(image)}`;
    const refused = this.#down.has(registryOf(image.repository)) || this.#denied.has(image.repository);
    if (refused && !this.#held.has(pinned)) return null;
    this.#held.add(pinned);
    return this.#behaviours.get(pinned) ?? null;
  }

  /** @throws image_invalid, image_unknown, image_unauthorized, registry_unreachable */
  resolve(reference: string): { digest: string; from: 'registry' | 'node' } {
    const image = known(reference);
    const digest = this.#digestOf(image);
    const down = this.#down.get(registryOf(image.repository));
    if (down !== undefined) return this.#resolveHeld(reference, image, digest, down);
    if (this.#denied.has(image.repository)) throw new VigieError('image_unauthorized', { image: reference });
    if (digest === null || !this.#behaviours.has(`${image.repository}@${digest}`))
      throw new VigieError('image_unknown', { image: reference });
    return { digest, from: 'registry' };
  }

  /** The last one pushed is the newest. @throws image_unknown, image_unauthorized, registry_unreachable */
  tags(repository: string): ImageTags {
    const down = this.#down.get(registryOf(repository));
    if (down !== undefined) throw new VigieError('registry_unreachable', { registry: registryOf(repository), reason: down });
    if (this.#denied.has(repository)) throw new VigieError('image_unauthorized', { image: repository });
    const names = [...this.#digests.keys()]
      .filter((key) => key.startsWith(`${repository}:`))
      .map((key) => key.slice(repository.length + 1));
    if (names.length === 0) throw new VigieError('image_unknown', { image: repository });
    return { tags: names.toReversed().map((name) => ({ name, builtAt: null })), more: false };
  }

  #resolveHeld(reference: string, image: ImageReference, digest: string | null, reason: string): { digest: string; from: 'node' } {
    const name = image.digest === null ? reference : `${image.repository}@${image.digest}`;
    if (digest !== null && this.#held.has(name)) return { digest, from: 'node' };
    throw new VigieError('registry_unreachable', { registry: registryOf(image.repository), reason });
  }

  #digestOf({ repository, tag, digest }: ImageReference): string | null {
    return digest ?? this.#digests.get(`${repository}:${tag ?? 'latest'}`) ?? null;
  }
}

function known(reference: string): ImageReference {
  const image = parseImage(reference);
  if (image === null) throw new VigieError('image_invalid', { image: reference });
  return image;
}
