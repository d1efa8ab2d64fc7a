import { defineQuery, z } from '#kit';

/** Who vigie takes you for. */
export default defineQuery({
  id: 'whoami',
  uses: ['catalogue', 'people'],
  private: true,
  everybody: true,
  input: z.strictObject({}),
  async run({ clients, person }) {
    const actions = clients.catalogue.allowed(person).map((entry) => entry.shape.id);
    const pin = await clients.people.pinOf(person.id);
    return {
      id: person.id,
      username: person.username,
      roles: person.roles,
      actions,
      pinned_as: pin?.name ?? null,
      pinned_at: pin?.at ?? null,
    };
  },
});
