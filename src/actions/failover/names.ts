import type { JsonObject } from '#kernel/json.ts';
import { changeName, followName, forgottenAt } from '../network/run-name.ts';
import type { NameBasis } from '../network/set-name.ts';
import { within, type Moving } from './context.ts';
import type { Parts } from './parts.ts';

/** A name that is changed at its primary, and when it was. */
interface Changed {
  readonly basis: NameBasis;
  readonly at: number;
}

/**
 * Changes names at their primaries, and waits for nobody's copy: what is left of a move comes first.
 * @param before what has to hold right before each
 */
export async function changeNames(
  context: Moving,
  names: readonly NameBasis[],
  parts: Parts,
  before?: () => Promise<void>,
): Promise<readonly Changed[]> {
  const changed: Changed[] = [];
  await parts.together(
    names.map((basis) => ({
      kind: 'name',
      name: basis.name,
      move: async () => {
        const step = within(context, `name/${basis.name}`);
        changed.push({ basis, at: await changeName({ basis, clients: context.clients, step }, before) });
      },
    })),
  );
  return changed;
}

/**
 * Follows all of them together until every server of their zones says so.
 * @returns until when old answers live (null: nobody remembers any), and servers that are silent
 */
export async function followNames(context: Moving, changed: readonly Changed[], parts: Parts): Promise<JsonObject> {
  const silent = new Set<string>();
  const waits = behindOf(context);
  await parts.together(
    changed.map(({ basis, at }) => ({
      kind: 'name',
      name: basis.name,
      move: async () => {
        const step = within(context, `name/${basis.name}`);
        const copied = await followName({ ...context, basis, step }, at, (servers) => waits(basis.name, servers));
        for (const server of copied.silent) silent.add(server);
      },
    })),
    Math.max(1, changed.length),
  );
  const remembered = changed.filter(({ basis }) => basis.ttl > 0).map(({ basis, at }) => forgottenAt(basis, at));
  return { forgotten_at: remembered.length === 0 ? null : Math.max(...remembered), silent: [...silent].toSorted() };
}

/** Says who is waited for, once for all names, and only when that is somebody else than before. */
function behindOf({ progress }: Pick<Moving, 'progress'>) {
  const behind = new Map<string, readonly string[]>();
  let shown = '';
  return async (name: string, servers: readonly string[]): Promise<void> => {
    behind.set(name, servers);
    const all = [...new Set([...behind.values()].flat())].toSorted();
    if (all.length === 0 || all.join(' ') === shown) return;
    shown = all.join(' ');
    await progress({ doing: 'dns-copy', behind: all });
  };
}
