import { VigieError } from '#kernel/errors.ts';
import type { Server, SwapNames } from '../dialect.ts';
import { type Collection, collectionsOf, isStored, isView, PLACEHOLDER } from './collections.ts';
import { createCommand, exchangeSteps, undone } from './exchange.ts';
import { existing } from './look.ts';
import { requireMovable } from './movable.ts';
import { attempt, run } from './mongosh.ts';
import { moveAcross, moveAll, takeHome } from './moves.ts';
import { forgetNotes, type Notes, readNotes, writeNotes } from './notes.ts';
import { stagedIn, stagedName } from './staged.ts';

/**
 * Databases have no names that could be changed, and a collection that goes from one into another is copied. So what comes is brought into the live database first, beside what is there and under
 * names that say where it belongs; then names change within the live database, which takes no time; then what left is taken to the kept database. All that lasts happens while the live database is
 * whole. What a swap that broke off has left is done: a collection stands in one place, or its source is still there.
 * @throws database_missing, database_exists, database_refused for what can't be moved
 */
export async function swap(server: Server, names: SwapNames, signal?: AbortSignal): Promise<void> {
  const { live, fresh, kept, into } = names;
  const there = await existing(server, [live, fresh, kept], signal);
  const both = there.has(live) && there.has(kept);
  if (both && (await isOver(server, fresh, signal))) return await clearAway(server, names, signal);
  if (!there.has(fresh)) throw new VigieError('database_missing', { database: fresh, server: server.facts.server.name });
  const notes = await readNotes(server, fresh, signal);
  const other = notes === null ? both : notes.live !== live || notes.kept !== kept;
  if (other) throw taken(server, notes?.kept ?? kept);
  if (into && there.has(live)) await requireNobodys(server, names, signal);
  await goOn(server, names, notes ?? (await begin(server, names, signal)), signal);
}

function taken(server: Server, database: string): VigieError {
  return new VigieError('database_exists', { database, server: server.facts.server.name });
}

/** A new name is taken once it has anything but what an attempt before has brought there. @throws database_exists */
async function requireNobodys(server: Server, { live, fresh }: SwapNames, signal?: AbortSignal): Promise<void> {
  const all = await collectionsOf(server, live, signal);
  const brought = new Set(stagedIn(server, all).flatMap(({ name, home }) => (home === fresh ? [name] : [])));
  const notes = await readNotes(server, fresh, signal);
  const came =
    notes?.live === live ? new Set([...notes.coming, ...notes.viewsComing.map(({ name }) => name), PLACEHOLDER]) : new Set<string>();
  if (all.some(({ name }) => !brought.has(name) && !came.has(name) && !name.startsWith('system.'))) throw taken(server, live);
}

/** Whether nothing is left of the fresh database but what an end that broke off didn't come to: its notes go first. */
async function isOver(server: Server, fresh: string, signal?: AbortSignal): Promise<boolean> {
  return !(await collectionsOf(server, fresh, signal)).some((each) => each.name === PLACEHOLDER || isStored(each));
}

/** Brings what comes into the live database, and writes down what there is before any of it changes its name. */
async function begin(server: Server, names: SwapNames, signal?: AbortSignal): Promise<Notes> {
  const { live, fresh, kept, into } = names;
  await settle(server, names, signal);
  const coming = await collectionsOf(server, fresh, signal);
  await requireMovable(server, names, { before: await collectionsOf(server, live, signal), coming }, signal);
  await stage(server, names, signal);
  const now = await collectionsOf(server, live, signal);
  const notes: Notes = {
    phase: 'switch',
    live,
    kept,
    before: into ? [] : now.filter(isStored).map(({ name }) => name),
    coming: stagedIn(server, now).flatMap(({ home, collection }) => (home === fresh ? [collection] : [])),
    viewsBefore: into ? [] : now.filter(isView).map(viewOf),
    viewsComing: coming.filter(isView).map(viewOf),
  };
  await run(server, [writeNotes(fresh, notes)], signal);
  return notes;
}

function viewOf({ name, options }: Collection) {
  return { name, options };
}

/** Other swaps that broke off in this database: one that stopped in the middle is brought to its end, and what belongs elsewhere goes there. */
async function settle(server: Server, { live, fresh, into }: SwapNames, signal?: AbortSignal): Promise<void> {
  const homes = new Set(stagedIn(server, await collectionsOf(server, live, signal)).map(({ home }) => home));
  homes.delete(fresh);
  for (const home of homes) {
    const notes = await readNotes(server, home, signal);
    if (notes?.live === live) await goOn(server, { live, fresh: home, kept: notes.kept, into }, notes, signal);
  }
  for (const home of homes) await takeHome(server, live, home, signal);
}

async function stage(server: Server, { live, fresh }: SwapNames, signal?: AbortSignal): Promise<void> {
  const left = async () => {
    const stored = (await collectionsOf(server, fresh, signal)).filter(isStored);
    return stored.map(({ name }) => moveAcross(`${fresh}.${name}`, `${live}.${stagedName(fresh, name)}`));
  };
  await moveAll(server, left, signal);
}

async function goOn(server: Server, names: SwapNames, notes: Notes, signal?: AbortSignal): Promise<void> {
  if (notes.phase === 'switch') {
    await open(server, names, notes, signal);
    await exchange(server, names, notes, signal);
    await run(server, [writeNotes(names.fresh, { ...notes, phase: 'keep' })], signal);
  }
  await clearAway(server, names, signal);
}

/** From here on the kept database is there: who sees it knows that the live one may have changed. That one is there as well where nothing comes. */
async function open(server: Server, { live, kept }: SwapNames, notes: Notes, signal?: AbortSignal): Promise<void> {
  const { coming, viewsBefore, viewsComing } = notes;
  const placeholder = { name: PLACEHOLDER, options: {} };
  await make(server, kept, [placeholder, ...viewsBefore], signal);
  if (coming.length + viewsComing.length === 0) await make(server, live, [placeholder], signal);
}

/** Makes those that aren't there. */
async function make(server: Server, db: string, wanted: Notes['viewsBefore'], signal?: AbortSignal): Promise<void> {
  const made = new Set((await collectionsOf(server, db, signal)).map(({ name }) => name));
  const missing = wanted.filter(({ name }) => !made.has(name)).map((each) => createCommand(db, each));
  await run(server, missing, signal);
}

async function exchange(server: Server, names: SwapNames, notes: Notes, signal?: AbortSignal): Promise<void> {
  const { live } = names;
  const steps = exchangeSteps(names, notes, await collectionsOf(server, live, signal));
  const commands = steps.map(({ command }) => command);
  const { answers, refused } = await attempt(server, commands, signal);
  if (refused !== null) {
    // Somebody held a collection. What can't be put back either stays as it is, and is told of by its names: the first error says why.
    await putBack(server, names, undone(steps, answers.length)).catch(() => undefined);
    throw refused.error;
  }
}

/** The live database gets back what it had; what came stays beside it for the next attempt. Where all of it is back, nobody need think that the live database changed. */
async function putBack(server: Server, { live, fresh, kept }: SwapNames, commands: ReturnType<typeof undone>): Promise<void> {
  await run(server, commands);
  const moved = stagedIn(server, await collectionsOf(server, live)).some(({ home }) => home === kept);
  const full = (await collectionsOf(server, kept)).some(isStored);
  if (!moved && !full) await run(server, [forgetNotes(fresh), { db: kept, command: { dropDatabase: 1 } }]);
}

/** Takes what left to the kept database, and drops the fresh one, which has nothing left but views: it was swapped, even where the kept database can't take everything yet. */
async function clearAway(server: Server, names: SwapNames, signal?: AbortSignal): Promise<void> {
  const { live, fresh, kept } = names;
  try {
    await takeHome(server, live, kept, signal);
  } catch (error) {
    await dropFresh(server, fresh).catch(() => undefined);
    throw error;
  }
  await dropFresh(server, fresh, signal);
}

async function dropFresh(server: Server, fresh: string, signal?: AbortSignal): Promise<void> {
  const found = await collectionsOf(server, fresh, signal);
  const placeholder = found.filter(({ name }) => name === PLACEHOLDER).map(({ name }) => ({ db: fresh, command: { drop: name } }));
  if (found.length > 0) await run(server, [...placeholder, { db: fresh, command: { dropDatabase: 1 } }], signal);
  if ((await readNotes(server, fresh, signal)) !== null) await run(server, [forgetNotes(fresh)], signal);
}
