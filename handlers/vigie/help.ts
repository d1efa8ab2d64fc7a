import { actionName, defineQuery, VigieError, nearest, z } from '#kit';

/** What is asked for most comes first; what stands in no family comes last. */
const ORDER = ['vigie', 'service', 'alert', 'host', 'vm', 'database', 'operation'];

function placeOf(family: string): number {
  const place = ORDER.indexOf(family);
  return place === -1 ? ORDER.length : place;
}

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
      const actions = clients.catalogue.allowed(person).map(({ family, shape, kind, risk }) => ({ id: shape.id, family, kind, risk }));
      const families = Object.entries(Object.groupBy(actions, ({ family }) => family ?? 'other'));
      const ordered = families.toSorted(([one], [other]) => placeOf(one) - placeOf(other));
      return {
        username: person.username,
        roles: person.roles,
        families: ordered.map(([family, members]) => ({ family, actions: members ?? [] })),
        one: null,
      };
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
      families: [],
      one: { id: entry.shape.id, kind: entry.kind, risk: entry.risk, may, fields },
    };
  },
});
