import type { Clock } from '#kernel/clock.ts';
import { startLoop, type Loop } from '#kernel/loop.ts';
import type { OutboxEntry } from '#domain/outbox-entry.ts';
import type { Directory } from '#ports/chat.ts';
import type { NamedThing } from '#ports/inventory.ts';
import type { Log } from '#ports/log.ts';
import type { OperationStore } from '#ports/store.ts';
import { unknownChannels, unknownThings, type UnknownName } from './unknown-names.ts';

/** Services come and go, and channels are archived. */
const EVERY_MS = 86_400_000;
/** How soon somebody is asked again who didn't answer: after a power cut all start at once. */
const AGAIN_MS = 60_000;

interface Ways {
  readonly clients: Parameters<typeof unknownThings>[0];
  readonly directory: Pick<Directory, 'channel'>;
  readonly store: { readonly operations: Pick<OperationStore, 'commit'> };
  readonly clock: Clock;
  readonly log: Log;
  readonly operationsChannel: string;
  readonly wake: () => void;
}

/**
 * Says at the start, and once a day of what is new, which names of the configuration lead to nothing: a slip there protects nothing, and
 * nobody would know before they need it. Nothing waits for it; null: nothing is named.
 */
export function watchNames(named: readonly NamedThing[], ways: Ways): Loop | null {
  if (named.length === 0) return null;
  const said = new Set<string>();
  return startLoop(ways.clock, async (stopping) => {
    try {
      const { unknown, unanswered } = await look(named, ways, stopping);
      const fresh = unknown.filter((each) => !said.has(keyOf(each)));
      for (const each of fresh) said.add(keyOf(each));
      if (fresh.length > 0) await say(fresh, ways);
      return unanswered ? AGAIN_MS : EVERY_MS;
    } catch (error) {
      if (!stopping.aborted) ways.log.warn({ error }, 'nobody can say now whether there is what vigie.yaml names');
      return AGAIN_MS;
    }
  });
}

const keyOf = ({ place, name }: NamedThing): string => `${place}:${name}`;

async function look(named: readonly NamedThing[], { clients, directory }: Ways, signal: AbortSignal) {
  const [channels, things] = [named.filter(({ kind }) => kind === 'channel'), named.filter(({ kind }) => kind !== 'channel')];
  const found = await Promise.all([unknownThings(clients, things, signal), unknownChannels(directory, channels)]);
  return { unknown: found.flatMap(({ unknown }) => unknown), unanswered: found.some(({ unanswered }) => unanswered) };
}

async function say(unknown: readonly UnknownName[], { store, clock, operationsChannel, wake }: Ways): Promise<void> {
  const names = unknown.map(({ kind, place, name, nearest, teams }) => ({ channel: kind === 'channel', place, name, nearest, teams }));
  const entry: OutboxEntry = {
    kind: 'create',
    key: `unknown-names:${clock.now()}`,
    to: { channel: operationsChannel, root: null, underKey: null },
    message: { template: 'notice:unknown-names', data: { names } },
    seeds: [],
  };
  await store.operations.commit({ say: [entry] });
  wake();
}
