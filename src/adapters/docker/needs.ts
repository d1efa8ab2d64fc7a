import type { NodeLoad, TaskNeeds } from '#ports/swarm.ts';
import type { ServiceSpec, TaskAnswer } from './answers.ts';

type Placement = NonNullable<ServiceSpec['TaskTemplate']['Placement']>;
type Platform = NonNullable<Placement['Platforms']>[number];
type Ports = NonNullable<NonNullable<ServiceSpec['EndpointSpec']>['Ports']>;

/** Names of architectures as kernels say them, and as images do. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', armv7l: 'arm', i686: '386' };

/** What Swarm's scheduler looks at before it gives a task of this service to a node. */
export function needsOf({ TaskTemplate: template, EndpointSpec: endpoint }: ServiceSpec): TaskNeeds {
  const { Placement: placement } = template;
  return {
    memoryBytes: template.Resources?.Reservations?.MemoryBytes ?? 0,
    nanoCpus: template.Resources?.Reservations?.NanoCPUs ?? 0,
    hostPorts: hostPorts(endpoint?.Ports ?? []),
    platforms: (placement?.Platforms ?? []).map(platformOf).filter((platform) => platform !== null),
    maxPerNode: placement?.MaxReplicas ?? 0,
  };
}

/** What a task takes of its node. */
export function loadOf({ ServiceID: service, Spec: spec, Status: status }: TaskAnswer): NodeLoad {
  return {
    service: service ?? '',
    memoryBytes: spec.Resources?.Reservations?.MemoryBytes ?? 0,
    nanoCpus: spec.Resources?.Reservations?.NanoCPUs ?? 0,
    hostPorts: hostPorts(status.PortStatus?.Ports ?? []),
  };
}

/** @returns null where it isn't said: Swarm takes that for any */
export function platformOf(platform: Platform | undefined): string | null {
  const { OS: os = '', Architecture: architecture = '' } = platform ?? {};
  return os === '' && architecture === '' ? null : `${os}/${ARCHITECTURES[architecture] ?? architecture}`;
}

/** A port that Docker chooses itself (0) is never taken; of a task Docker names each twice, for IPv4 and IPv6. */
function hostPorts(ports: Ports): readonly string[] {
  const taken = ports.filter(({ PublishMode: mode, PublishedPort: port = 0 }) => mode === 'host' && port > 0);
  return [...new Set(taken.map(({ PublishedPort: port, Protocol: protocol }) => `${port}/${protocol ?? 'tcp'}`))];
}
