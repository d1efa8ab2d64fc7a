import { defineQuery, formatImage, service, z } from '#kit';

/** Nobody reads more of them in a chat. */
const SHOWN = 20;

/** The tags that the registry has for a service's image, newest first. */
export default defineQuery({
  id: 'tags',
  uses: ['swarm'],
  args: ['service'],
  input: z.strictObject({ service: service() }),
  async run({ input, clients, signal }) {
    const current = await clients.swarm.service(input.service, signal);
    const { tags, more } = await clients.swarm.tags(current.image.repository, signal);
    return {
      service: current.name,
      image: formatImage(current.image),
      repository: current.image.repository,
      tags: tags.slice(0, SHOWN).map(({ name, builtAt }) => ({ name, built_at: builtAt, running: name === current.image.tag })),
      newest: tags.find(({ name }) => name !== current.image.tag)?.name ?? null,
      left_out: Math.max(0, tags.length - SHOWN),
      more,
    };
  },
});
