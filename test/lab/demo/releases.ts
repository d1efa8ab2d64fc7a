import type { Clock } from '#kernel/clock.ts';
import { openStore } from '#adapters/store/store.ts';
import type { MemorySwarm } from '#test/lab/swarm/memory-swarm.ts';

const DAY_MS = 86_400_000;

/** What services ran before, oldest first and how many days ago, so that there is something to go back to; the last is what runs. */
const BEFORE = [
  { service: 'etherpad', tag: '1.9.4', days: 121 },
  { service: 'etherpad', tag: '1.9.5', days: 64 },
  { service: 'mobilizon', tag: '4.0.2', days: 47 },
  { service: 'mobilizon', tag: '4.1.0', days: 19 },
  { service: 'etherpad', tag: '1.9.6', days: 12 },
] as const;

/** The ledger of the last months, as vigie would have kept it. @param file of the store, which is opened as it was at each time */
export async function fillReleases(file: string, swarm: MemorySwarm, clock: Clock): Promise<void> {
  for (const [index, { service, tag, days }] of BEFORE.entries()) {
    const { spec, image } = await swarm.service(service);
    const reference = `${image.repository}:${tag}`;
    const { digest } = await swarm.resolveImage(reference);
    const store = await openStore(file, { ...clock, now: () => clock.now() - days * DAY_MS });
    const by = { operation: `r${index}${service.slice(0, 1)}`, requester: 'bob', approvers: ['alice'], origin: 'vigie' } as const;
    await store.operations.commit({ releases: [{ service, image: reference, digest, spec, ...by }] });
    await store.close();
  }
}
