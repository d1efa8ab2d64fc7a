import type { SwapNames } from '../dialect.ts';
import { type Collection, isStored, isView } from './collections.ts';
import type { Command } from './mongosh.ts';
import type { Notes } from './notes.ts';
import { stagedName } from './staged.ts';

/** For whoever holds a collection; nothing but its name changes. */
const LIMIT_MS = 30_000;

/** A command, and the one that undoes it. */
export interface Step {
  readonly command: Command;
  readonly undo: Command;
}

function rename(db: string, from: string, to: string): Step {
  const one = (source: string, target: string): Command => ({
    db: 'admin',
    command: { renameCollection: `${db}.${source}`, to: `${db}.${target}`, maxTimeMS: LIMIT_MS },
  });
  return { command: one(from, to), undo: one(to, from) };
}

export function createCommand(db: string, { name, options }: Pick<Collection, 'name' | 'options'>): Command {
  return { db, command: { create: name, ...options } };
}

function dropView(db: string, { name }: Pick<Collection, 'name'>): Command {
  return { db, command: { drop: name } };
}

/**
 * What is left to do until the live database holds what came: views go, each collection steps aside and the one that came takes its name, views are made. Within one database a name changes at once,
 * so that what stands there tells how far it is. What a stranger makes under a name that is free for a moment is kept as well.
 * @param there all that stands in the live database now
 */
export function exchangeSteps(
  { live, fresh, kept, into }: SwapNames,
  { before, coming, viewsComing }: Notes,
  there: readonly Collection[],
): readonly Step[] {
  const taken = new Set(there.map(({ name }) => name));
  const aside = (name: string): Step =>
    rename(live, name, stagedName(kept, taken.has(stagedName(kept, name)) ? `${name}.meanwhile` : name));
  const arrives = (name: string): Step[] => {
    const staged = stagedName(fresh, name);
    if (!taken.has(staged)) return [];
    // In a new place nothing steps aside: the server refuses a name that somebody has taken.
    return [...(stored.has(name) && !into ? [aside(name)] : []), rename(live, staged, name)];
  };
  const stored = new Set(there.filter(isStored).map(({ name }) => name));
  const leaving = before.filter((name) => !coming.includes(name) && stored.has(name) && !taken.has(stagedName(kept, name)));
  const views = into ? [] : there.filter(isView);
  return [
    ...views.map((view) => ({ command: dropView(live, view), undo: createCommand(live, view) })),
    ...leaving.map(aside),
    ...coming.flatMap(arrives),
    ...viewsComing
      .filter(({ name }) => !into || !taken.has(name))
      .map((view) => ({ command: createCommand(live, view), undo: dropView(live, view) })),
  ];
}

/** Of the first steps, which were done, the last one first. */
export function undone(steps: readonly Step[], done: number): readonly Command[] {
  return steps
    .slice(0, done)
    .toReversed()
    .map(({ undo }) => undo);
}
