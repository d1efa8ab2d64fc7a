import { defineQuery, host, z } from '#kit';

const DAY_MS = 86_400_000;

/** What fills a machine's disks, and what of it `clean` would remove. */
export default defineQuery({
  id: 'space',
  uses: ['hosts', 'self'],
  args: ['host'],
  input: z.strictObject({ host: host() }),
  async run({ input, clients, signal }) {
    const { host: name, fileSystems, docker, partials } = await clients.hosts.space(input.host, signal);
    const images = docker.answers ? docker.images : [];
    const logs = docker.answers ? docker.logs : [];
    const now = clients.self.now();
    return {
      host: name,
      file_systems: fileSystems.map(({ mount, sizeBytes, usedBytes, usedShare }) => ({
        mount,
        size: sizeBytes,
        used: usedBytes,
        share: usedShare,
      })),
      docker: docker.answers ? { answers: true, reason: null } : { answers: false, reason: docker.reason },
      images: { count: images.length, bytes: sum(images) },
      logs: logs === null ? null : logs.map(({ container, bytes }) => ({ container, bytes })),
      partials: partials.map(({ path, bytes, writtenAt }) => ({
        path,
        bytes,
        age: Math.max(1, Math.floor((now - writtenAt) / DAY_MS)) * DAY_MS,
      })),
      freed: sum(images) + sum(logs ?? []) + sum(partials),
      removable: images.length + (logs ?? []).length + partials.length,
    };
  },
});

function sum(things: readonly { readonly bytes: number }[]): number {
  return things.reduce((total, { bytes }) => total + bytes, 0);
}
