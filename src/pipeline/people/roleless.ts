import type { People } from './people.ts';

/** Somebody whom the configuration names in a place where a role is taken for granted. */
export interface NamedPerson {
  readonly name: string;
  /** The key: `oncall.people`. */
  readonly place: string;
}

/** Those of them who hold no role. Names that nobody bears are another trouble. @throws directory_unreachable */
export async function roleless(people: Pick<People, 'idOf' | 'person'>, named: readonly NamedPerson[]): Promise<readonly NamedPerson[]> {
  const found = await Promise.all(
    named.map(async (each) => {
      const id = await people.idOf(each.name);
      return id === null || (await people.person(id, 'cached')).roles.length > 0 ? [] : [each];
    }),
  );
  return found.flat();
}
