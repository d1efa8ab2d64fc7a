import { defineQuery, z } from '#kit';

/** Who vigie takes you for. */
export default defineQuery({
  id: 'whoami',
  uses: ['catalogue'],
  private: true,
  input: z.strictObject({}),
  async run({ clients, person }) {
    const actions = clients.catalogue.allowed(person).map((entry) => entry.shape.id);
    return { id: person.id, username: person.username, roles: person.roles, actions };
  },
});
