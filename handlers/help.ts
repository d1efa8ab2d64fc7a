import { actionName, defineQuery, VigieError, nearest, z } from '#kit';

/** What this person may run here, or all about one action. */
export default defineQuery({
  id: 'help',
  uses: ['catalogue'],
  private: true,
  args: ['action'],
  rest: true,
  input: z.strictObject({ action: actionName().optional() }),
  async run({ input, clients, person }) {
    if (input.action === undefined) {
      const actions = clients.catalogue.allowed(person).map((entry) => ({ id: entry.shape.id, kind: entry.kind, risk: entry.risk }));
      return { username: person.username, roles: person.roles, actions, one: null };
    }
    const word = input.action.toLowerCase();
    const entry = clients.catalogue.find(word);
    if (entry === null) throw new VigieError('action_unknown', { word, nearest: nearest(word, clients.catalogue.names) });
    const may = clients.catalogue.allowed(person).some((each) => each.shape.id === entry.shape.id);
    const fields = [...entry.shape.positional, ...entry.shape.options].map((field) => ({
      name: field.name,
      kind: field.kind,
      required: field.required,
      option: entry.shape.options.includes(field),
    }));
    return {
      username: person.username,
      roles: person.roles,
      actions: [],
      one: { id: entry.shape.id, kind: entry.kind, risk: entry.risk, may, fields },
    };
  },
});
