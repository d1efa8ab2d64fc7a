import { parseJson, toJsonObject } from '#kernel/json.ts';
import type { OutboxEntry } from '#domain/outbox-entry.ts';
import type { Context } from './context.ts';
import { quorums } from '../people/quorum.ts';
import { roleless, type NamedPerson } from '../people/roleless.ts';

export interface Loaded {
  readonly version: string;
  readonly loaded: Readonly<Record<string, string>>;
  /** Whom the configuration names besides its roles. */
  readonly named?: readonly NamedPerson[];
}

/**
 * At the start: what was loaded goes into the audit, a change of it into the channel, and so does every risk that nobody
 * could approve any more.
 */
export async function announceStart(context: Context, { version, loaded, named = [] }: Loaded): Promise<void> {
  const { store, clock } = context;
  const before = await store.cursors.fact('loaded');
  const now = JSON.stringify(loaded);
  const old = before === null ? {} : toJsonObject(parseJson(before));
  const changed = before === null ? [] : Object.keys(loaded).filter((name) => old[name] !== loaded[name]);
  const at = clock.now();
  const to = { channel: context.operationsChannel, root: null, underKey: null };
  const [risks, without] = await Promise.all([impossibleRisks(context), peopleWithoutRole(context, named)]);
  const say = (section: string, data: OutboxEntry['message']['data']): OutboxEntry => ({
    kind: 'create',
    key: `${section}:${at}`,
    to,
    message: { template: `notice:${section}`, data },
    seeds: [],
  });
  await store.operations.commit({
    audit: [{ kind: 'loaded', operation: null, by: 'vigie', detail: { version, changed, ...loaded } }],
    say: [
      ...(changed.length === 0 ? [] : [say('started', { version, changed })]),
      ...(risks.length === 0 ? [] : [say('quorum', { risks })]),
      ...(without.length === 0 ? [] : [say('roleless', rolelessData(without))]),
    ],
  });
  await store.cursors.remember('loaded', now);
}

/** An approver may have left: the channel learns it before somebody needs them at three in the morning. */
async function impossibleRisks(context: Context): Promise<readonly string[]> {
  try {
    const found = await quorums(context, context.people, 'cached');
    return found.filter(({ possible }) => !possible).map((quorum) => quorum.of);
  } catch (error) {
    context.log.warn({ error }, 'nobody can say now who could approve');
    return [];
  }
}

function rolelessData(without: readonly NamedPerson[]): OutboxEntry['message']['data'] {
  return { people: [...new Set(without.map(({ name }) => name))], places: [...new Set(without.map(({ place }) => place))] };
}

async function peopleWithoutRole(context: Context, named: readonly NamedPerson[]): Promise<readonly NamedPerson[]> {
  try {
    return await roleless(context.people, named);
  } catch (error) {
    context.log.warn({ error }, 'nobody can say now who has a role');
    return [];
  }
}
