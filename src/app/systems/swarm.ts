import { refusing } from '#kernel/refusing.ts';
import { formatImage, type Swarm } from '#ports/swarm.ts';
import type { SwarmConnection } from '#adapters/docker/connect-swarm.ts';
import { durationMs } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';
import { absent, bad, good, type Finding, type Words } from '../finding.ts';
import { configuredDocker } from './docker.ts';
import { defineSystem, type Examination } from './system.ts';

const missing = refusing('swarm_not_configured');
const NO_SWARM: Swarm = {
  services: missing,
  service: missing,
  tasks: missing,
  nodes: missing,
  networks: missing,
  resolveImage: missing,
  tags: missing,
  logs: missing,
  update: missing,
  setAvailability: missing,
};

/** Docker Swarm. */
export const swarm = defineSystem({
  missing: NO_SWARM,
  connect: ({ swarm: config }: Config) => connectConfigured(config),
  close: (client) => client.close(),
  doctor,
  status: async (client, about, signal) => await (await import('./swarm/status.ts')).swarmStatus(client, about, signal),
  async probes(client) {
    const { walkDocker } = await import('#adapters/probe/docker.ts');
    return { docker: (way, deadline) => walkDocker(way, client, deadline) };
  },
});

async function connectConfigured(config: Config['swarm']): Promise<SwarmConnection | null> {
  if (config === undefined) return null;
  const { connectSwarm } = await import('#adapters/docker/connect-swarm.ts');
  const docker = await configuredDocker(config);
  const nodes = await Promise.all(Object.values(config.nodes).map(configuredDocker));
  const client = connectSwarm({
    ...docker.address,
    nodes: nodes.map(({ address }) => address),
    registries: config.registries,
    timeoutMs: durationMs(config.timeout),
  });
  return {
    ...client,
    async close() {
      await client.close();
      for (const each of [docker, ...nodes]) await each.close();
    },
  };
}

async function doctor(client: SwarmConnection | null, { words }: Examination): Promise<readonly Finding[]> {
  if (client === null) return [absent('Swarm', 'none configured')];
  try {
    const { version, manager, hostname } = await client.ping();
    if (!manager) return [bad('Swarm', `${hostname} is no manager: point swarm.host at one`)];
    const services = await client.services();
    const findings = [good('Swarm', `Docker ${version} on ${hostname}, ${services.length} services`)];
    const images = new Set(services.map((service) => formatImage({ ...service.image, digest: null })));
    for (const image of images) findings.push(await lookAtImage(() => client.resolveImage(image), image, words));
    return findings;
  } catch (error) {
    return [bad('Swarm', words(error))];
  }
}

async function lookAtImage(resolve: () => Promise<{ readonly from: string }>, image: string, words: Words): Promise<Finding> {
  try {
    const { from } = await resolve();
    return from === 'registry'
      ? good('registry', image)
      : bad('registry', `${image}: the registry does not answer; a node still holds the image`);
  } catch (error) {
    return bad('registry', words(error));
  }
}
