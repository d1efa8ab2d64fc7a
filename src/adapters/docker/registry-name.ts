/** Where Docker looks for a repository that names no host. */
const DOCKER_HUB = 'docker.io';

/**
 * The registry's host of a repository, as Docker tells it: the first part, if it looks like a host.
 * @example registryOf('registry.picasoft.net/pad') === 'registry.picasoft.net'; registryOf('library/nginx') === 'docker.io'
 */
export function registryOf(repository: string): string {
  const [first = '', ...rest] = repository.split('/');
  const host = rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost');
  return host ? first : DOCKER_HUB;
}
