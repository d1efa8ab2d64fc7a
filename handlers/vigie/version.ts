import { defineQuery, z } from '#kit';

/** Which vigie this is, and since when it runs. */
export default defineQuery({
  id: 'version',
  uses: ['self'],
  everybody: true,
  input: z.strictObject({}),
  async run({ clients }) {
    const { version, node, startedAt } = clients.self.about();
    return { version, node, started_at: startedAt, up_ms: clients.self.now() - startedAt };
  },
});
