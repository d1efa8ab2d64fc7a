import { registryOf } from './registry-name.ts';

/** Who vigie is for a registry. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/** By the registry's host, as image names say it (`registry.picasoft.net`, `10.77.0.254:5000`, `docker.io`). */
export type Registries = Readonly<Record<string, RegistryCredentials>>;

/** What dockerode sends as `X-Registry-Auth`; undefined when nobody knows credentials for that registry. */
export function registryAuth(repository: string, registries: Registries): (RegistryCredentials & { serveraddress: string }) | undefined {
  const host = registryOf(repository);
  const credentials = Object.hasOwn(registries, host) ? registries[host] : undefined;
  return credentials === undefined ? undefined : { ...credentials, serveraddress: host };
}
