/** What a handler's types come to, and what doesn't compile in one. This file is checked, never run. */
import { count, defineAction, defineQuery, defineVote, duration, flag, service, text, z } from '#kit';
import type { Clients, ReadClients } from '#ports/clients.ts';
import type { Swarm, SwarmReader } from '#ports/swarm.ts';
import { proves, type Same } from './types.ts';

const input = z.strictObject({ service: service(), replicas: count(), since: duration().optional(), force: flag().optional() });
type Input = { service: string; replicas: number; since?: number | undefined; force?: true | undefined };

/** The parts of an action that these claims don't look at. */
const rest = { timeout: '1m', cancel: 'never', risk: 'change' } as const;
const nothing = async () => ({ basis: null, effects: [] });
const done = async () => ({});
const unknown = async () => ({ state: 'unknown' }) as const;

/** Input, basis and clients follow from the schema, from what `plan` returns and from `uses`. */
defineAction({
  ...rest,
  id: 'inferred',
  uses: ['swarm', 'self'],
  args: ['service', 'replicas'],
  input,
  async plan(context) {
    proves<Same<typeof context.input, Input>>();
    proves<Same<typeof context.clients, Pick<ReadClients, 'swarm' | 'self'>>>();
    proves<Same<typeof context.clients.swarm, SwarmReader>>();
    return { basis: { from: 1, spec_hash: 'x' }, effects: [{ kind: 'replicas', from: 1, to: context.input.replicas }] };
  },
  risk(values, basis) {
    proves<Same<typeof values, Input>>();
    proves<Same<typeof basis, { from: number; spec_hash: string }>>();
    return 'change';
  },
  locks(_values, basis) {
    proves<Same<typeof basis, { from: number; spec_hash: string }>>();
    return [];
  },
  async run(context) {
    proves<Same<typeof context.input, Input>>();
    proves<Same<typeof context.basis, { from: number; spec_hash: string }>>();
    proves<Same<typeof context.clients, Pick<Clients, 'swarm' | 'self'>>>();
    proves<Same<typeof context.clients.swarm, Swarm>>();
    const version = await context.step(
      'look',
      'repeatable',
      async (signal) => (await context.clients.swarm.service('pad', signal)).version,
    );
    proves<Same<typeof version, number>>();
    return { version };
  },
  async verify(context) {
    proves<Same<typeof context.basis, { from: number; spec_hash: string }>>();
    return { state: 'done', result: context.basis.from };
  },
});

/** Planning only reads; running may write. */
defineAction({
  ...rest,
  id: 'reads-while-planning',
  uses: ['swarm', 'releases', 'operations', 'self'],
  input,
  async plan({ clients, person }) {
    await clients.swarm.service('pad');
    // @ts-expect-error a plan changes no service
    await clients.swarm.update('pad', 1, { replicas: 2 });
    // @ts-expect-error a plan enters no release
    await clients.releases.enter();
    // @ts-expect-error a plan settles no operation
    await clients.operations.settle('p7k', 'done', 'seen', person);
    // @ts-expect-error a plan copies no store
    await clients.self.copyStore('deploy');
    return { basis: null, effects: [] };
  },
  locks: () => [],
  async run({ clients }) {
    await clients.swarm.update('pad', 1, { replicas: 2 });
    return {};
  },
  verify: unknown,
});

/** What a handler doesn't declare, it doesn't have. */
defineAction({
  ...rest,
  id: 'undeclared-clients',
  uses: ['swarm'],
  input,
  async plan({ clients }) {
    // @ts-expect-error uses doesn't name releases
    await clients.releases.list('pad', 1);
    return { basis: null, effects: [] };
  },
  locks: () => [],
  async run({ clients }) {
    // @ts-expect-error uses doesn't name operations
    await clients.operations.get('p7k');
    return {};
  },
  async verify({ clients }) {
    // @ts-expect-error uses doesn't name self
    return { state: 'done', result: clients.self.now() };
  },
});

// @ts-expect-error there is no such client
defineQuery({ id: 'no-such-client', uses: ['kubernetes'], input, run: done });
// @ts-expect-error args names a field that isn't in the input
defineQuery({ id: 'no-such-field', uses: [], args: ['host'], input, run: done });
// @ts-expect-error what people type is words, not numbers
defineQuery({ id: 'number-input', uses: [], input: z.strictObject({ replicas: z.number() }), run: done });

/** A query reads, and has no steps. */
defineQuery({
  id: 'query',
  uses: ['swarm'],
  input: z.strictObject({ reason: text() }),
  async run(context) {
    proves<Same<typeof context.input, { reason: string }>>();
    proves<Same<typeof context.clients.swarm, SwarmReader>>();
    // @ts-expect-error a query has no steps
    await context.step('scale', 'once', async () => true);
    return {};
  },
});

/** A plan is data that is stored and hashed. */
defineAction({
  ...rest,
  id: 'unhashable-basis',
  uses: [],
  input,
  // @ts-expect-error a Date isn't JSON
  plan: async () => ({ basis: { at: new Date() }, effects: [] }),
  locks: () => [],
  run: done,
  verify: unknown,
});
defineAction({
  ...rest,
  id: 'nameless-effect',
  uses: [],
  input,
  // @ts-expect-error an effect has a kind: its words hang on it
  plan: async () => ({ basis: null, effects: [{ from: 1, to: 2 }] }),
  locks: () => [],
  run: done,
  verify: unknown,
});
defineAction({
  ...rest,
  id: 'unstorable-step',
  uses: [],
  input,
  plan: nothing,
  locks: () => [],
  async run({ step }) {
    await step('look', 'repeatable', async () => 'a result that the journal can keep');
    // @ts-expect-error the journal can't give back a Map
    await step('look', 'repeatable', async () => new Map());
    // @ts-expect-error a step is repeatable or once
    await step('look', 'sometimes', async () => true);
    return {};
  },
  verify: unknown,
});
// @ts-expect-error an action that can't verify a step can't come back after a crash
defineAction({ ...rest, id: 'no-verify', uses: [], input, plan: nothing, locks: () => [], run: done });
// @ts-expect-error an action says what it locks
defineAction({ ...rest, id: 'no-locks', uses: [], input, plan: nothing, run: done, verify: unknown });
/** What an action can do decides who is asked: there is no fifth kind. */
defineAction({
  ...rest,
  id: 'no-such-risk',
  // @ts-expect-error there is no such risk
  risk: 'harmless',
  uses: [],
  input,
  plan: nothing,
  locks: () => [],
  run: done,
  verify: unknown,
});
// @ts-expect-error there is no such verdict
defineVote({ id: 'abstain', verdict: 'abstain' });
