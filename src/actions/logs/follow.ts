import type { Json } from '#kernel/json.ts';
import { orUnknown } from '../unknown.ts';
import type { RunContext } from '../definition.ts';
import type { LogQuery } from '#domain/logs/collector.ts';
import type { LogEntry } from '#domain/logs/entry.ts';
import type { LogSource } from '#domain/logs/filebeat.ts';
import type { Severity } from '#domain/logs/severity.ts';
import type { LogsReader } from '#ports/logs.ts';
import type { Self } from '#ports/clients.ts';
import { printedLogs, shownLogs } from './shown.ts';

/** What is followed, for how long. */
export type Following = {
  readonly kind: LogSource['kind'];
  readonly name: string;
  readonly names: readonly string[];
  readonly ms: number;
  readonly grep: string | null;
  readonly level: Severity | null;
};

/** What was seen of it. */
export type Followed = {
  /** The newest entries. */
  readonly shown: string;
  readonly hidden: number;
  readonly count: number;
  /** When it ends, or ended. */
  readonly ends_at: number;
  /** Why nothing is heard at the moment; null: all is well. */
  readonly problem: { readonly code: string; readonly params: Json } | null;
  /** At the end, where the post doesn't hold all of it. */
  readonly file?: { readonly name: string; readonly text: string };
};

/** Between two looks. A post is edited once a second at most, whatever comes. */
const LOOK_MS = 2_000;
/** What came so long ago is looked at again: a shipper sends late, and lines of one moment come in parts. */
const AGAIN_MS = 15_000;
/** Entries that are held. */
const HELD = 200;

type Clients = { readonly logs: LogsReader; readonly self: Pick<Self, 'now' | 'timezone'> };
type Run = Pick<RunContext<never, never, Following>, 'signal' | 'pause' | 'step'> & {
  readonly progress: (seen: Followed) => Promise<void>;
};

/** Shows what is written until its time is over. After a restart it goes on, and ends when it would have ended. */
export async function follow(clients: Clients, following: Following, { signal, pause, step, progress }: Run): Promise<Followed> {
  const begunAt = await step('begin', 'repeatable', async () => clients.self.now());
  const endsAt = begunAt + following.ms;
  const window = new Window(begunAt);
  let told = '';
  for (;;) {
    const now = clients.self.now();
    const query: LogQuery = {
      since: window.from(Math.min(now, endsAt)),
      until: endsAt,
      tail: HELD,
      ...(following.grep === null ? {} : { grep: following.grep }),
      ...(following.level === null ? {} : { level: following.level }),
    };
    const { known, problem } = await orUnknown(clients.logs.read(sourceOf(following), query, signal));
    if (known !== null) window.take(known.entries, query.since);
    const { text, hidden, cut } = shownLogs(window.entries, following.kind, clients.self.timezone());
    const seen = { shown: text, hidden: window.count - window.entries.length + hidden, count: window.count, ends_at: endsAt, problem };
    if (now >= endsAt) return seen.hidden > 0 || cut ? { ...seen, file: fileOf(following, window.entries) } : seen;
    const telling = JSON.stringify(seen);
    if (telling !== told) await progress(seen);
    told = telling;
    await pause(Math.min(LOOK_MS, endsAt - now));
  }
}

function fileOf({ name, kind }: Following, entries: readonly LogEntry[]): NonNullable<Followed['file']> {
  return { name: `${name}.log`, text: `${printedLogs(entries, kind).join('\n')}\n` };
}

function sourceOf({ kind, name, names }: Following): LogSource {
  return kind === 'host' ? { kind, name, names } : { kind, name };
}

/** The newest of what was seen since the beginning, each once. */
class Window {
  readonly #begunAt: number;
  #entries: readonly LogEntry[] = [];
  #gone = 0;

  constructor(begunAt: number) {
    this.#begunAt = begunAt;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** All that was seen, also what isn't held any more. */
  get count(): number {
    return this.#gone + this.#entries.length;
  }

  /** From where to look: the beginning of an entry, so that none is cut in two. */
  from(now: number): number {
    const near = Math.max(this.#begunAt, now - AGAIN_MS);
    return this.#entries.findLast(({ at }) => at <= near)?.at ?? this.#begunAt;
  }

  /** @param since what is younger than this is all in `read` */
  take(read: readonly LogEntry[], since: number): void {
    const all = [...this.#entries.filter(({ at }) => at < since), ...read];
    this.#gone += Math.max(0, all.length - HELD);
    this.#entries = all.slice(-HELD);
  }
}
