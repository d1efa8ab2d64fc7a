import { defineQuery, formatImage, service, z } from '#kit';

/** What a service ran, newest first, as vigie's ledger knows it. */
export default defineQuery({
  id: 'releases',
  uses: ['swarm', 'releases'],
  args: ['service'],
  input: z.strictObject({ service: service() }),
  async run({ input, clients, signal }) {
    const current = await clients.swarm.service(input.service, signal);
    const known = await clients.releases.list(current.name, 20);
    const releases = known.map((release) => ({
      number: release.number,
      image: release.image,
      digest: release.digest,
      at: release.at,
      origin: release.origin,
      operation: release.operation,
      requester: release.requester,
      running: release.digest === current.image.digest,
    }));
    // The one before what runs; what nobody entered is followed by the newest.
    const running = releases.findIndex((release) => release.running);
    const back = releases.slice(running + 1).find((release) => !release.running)?.number ?? null;
    return {
      service: current.name,
      back,
      image: formatImage(current.image),
      releases,
      in_ledger: releases.some((release) => release.running),
    };
  },
});
