import type { Matchers } from './rule.ts';

/** Fields that documents name a service by: Metricbeat's, Docker's events, Heartbeat's, Traefik's. */
const OF_SERVICES = [
  'service.name',
  'container.labels.com_docker_swarm_service_name',
  'docker.event.actor.attributes.com_docker_swarm_service_name',
  'monitor.name',
  'traefik.access.frontend_name',
] as const;
/** And a machine. */
const OF_HOSTS = ['host.name', 'monitor.name'] as const;

/** What an alert about a service or a machine may be keyed by, one silence each: no alert has all of them. */
export function matchersFor(kind: 'service' | 'host', name: string): readonly Matchers[] {
  return (kind === 'service' ? OF_SERVICES : OF_HOSTS).map((field) => ({ [field]: name }));
}
