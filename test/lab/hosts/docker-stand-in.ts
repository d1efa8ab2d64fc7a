import type { CommandResult } from '#ports/remote.ts';

export interface StandInImage {
  readonly id: string;
  readonly tags: readonly string[];
  /** As Docker prints it. */
  readonly uniqueSize: string;
}

export interface StandInContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly log: string;
}

const ok = (stdout: string): CommandResult => ({ code: 0, stdout, stderr: '' });
const failed = (stderr: string): CommandResult => ({ code: 1, stdout: '', stderr: `${stderr}\n` });

/** Docker's client as far as vigie cleans with it: version 28's answers. */
export class DockerStandIn {
  images: StandInImage[] = [];
  containers: StandInContainer[] = [];
  /** What it complains about instead of answering. */
  complaint: string | null = null;
  /** False: no such program. */
  installed = true;

  /** @param words what stands behind `docker` */
  run(words: readonly string[]): CommandResult {
    if (!this.installed) return { code: 127, stdout: '', stderr: 'env: ‘docker’: No such file or directory\n' };
    if (this.complaint !== null) return failed(this.complaint);
    const [noun, verb, ...rest] = words;
    switch (`${noun} ${verb}`) {
      case 'system df':
        return ok(
          `${JSON.stringify({ Images: this.images.map((image) => this.#diskUse(image)), Containers: [], Volumes: [], BuildCache: [] })}\n`,
        );
      case 'container ls':
        return ok(
          this.#listed(rest)
            .map(({ id }) => `${id}\n`)
            .join(''),
        );
      case 'container inspect':
        return ok(
          this.containers
            .filter(({ id }) => rest.includes(id))
            .map(({ name, log }) => `${JSON.stringify({ name: `/${name}`, log })}\n`)
            .join(''),
        );
      case 'image inspect':
        return this.#tags(rest.at(-1) ?? '');
      case 'image rm':
        return this.#remove(rest);
      default:
        return failed(`docker: unknown command: docker ${noun} ${verb}`);
    }
  }

  #diskUse({ id, tags, uniqueSize }: StandInImage) {
    const [repository = '<none>', tag = '<none>'] = tags[0]?.split(/:(?=[^/]*$)/u) ?? [];
    const containers = this.containers.filter(({ image }) => image === id).length;
    return {
      Containers: String(containers),
      CreatedSince: '3 weeks ago',
      Digest: '<none>',
      ID: id,
      Repository: repository,
      SharedSize: '4.8MB',
      Size: '1.2GB',
      Tag: tag,
      UniqueSize: uniqueSize,
      VirtualSize: '1.2GB',
    };
  }

  #listed(options: readonly string[]): readonly StandInContainer[] {
    const ancestor = options.find((word) => word.startsWith('ancestor='))?.slice('ancestor='.length);
    return ancestor === undefined ? this.containers : this.containers.filter(({ image }) => image === ancestor);
  }

  #tags(id: string): CommandResult {
    const image = this.images.find((each) => each.id === id);
    return image === undefined ? failed(`Error response from daemon: No such image: ${id}`) : ok(`${JSON.stringify(image.tags)}\n`);
  }

  /** By id where there are no two repositories, else tag by tag: what goes last takes the image along. */
  #remove(names: readonly string[]): CommandResult {
    for (const name of names) {
      const image = this.images.find(({ id, tags }) => id === name || tags.includes(name));
      if (image === undefined) return failed(`Error response from daemon: No such image: ${name}`);
      const others = this.images.filter((each) => each !== image);
      const tags = image.id === name ? [] : image.tags.filter((tag) => tag !== name);
      if (image.id === name && image.tags.length > 1)
        return failed(
          `Error response from daemon: conflict: unable to delete ${name} (must be forced) - image is referenced in multiple repositories`,
        );
      if (tags.length === 0 && this.containers.some((container) => container.image === image.id))
        return failed(
          `Error response from daemon: conflict: unable to remove repository reference "${name}" (must force) - container 12ab is using its referenced image`,
        );
      this.images = tags.length === 0 ? others : [...others, { ...image, tags }];
    }
    return ok(`Deleted: ${names.join(' ')}\n`);
  }
}
