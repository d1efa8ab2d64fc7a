import type { Problem } from '#kernel/errors.ts';
import { fold } from '#kernel/fold.ts';
import { withoutCourtesy } from '#domain/command/courtesy.ts';
import { bareWords } from '#domain/command/markup.ts';
import { planName } from '#domain/operation/plan.ts';
import type { Operation } from '#domain/operation/operation.ts';
import type { Request } from './receive.ts';
import { suggest } from './suggest.ts';
import type { Context } from './context.ts';

/** In an operation's thread these are about it, whatever they mean elsewhere. */
const IN_THREAD: Readonly<Record<string, string>> = {
  stop: 'cancel',
  go: 'approve',
  'vas-y': 'approve',
  pourquoi: 'show',
  why: 'show',
  raconte: 'show',
};

/** The operation in whose thread something is said, by its post of whatever round; null for any other thread. */
export async function operationOfThread({ store }: Context, thread: string | null): Promise<Operation | null> {
  const post = thread === null ? null : await store.outbox.byPost(thread);
  const [kind, id] = post?.key.split(':') ?? [];
  return kind === 'op' && id !== undefined ? await store.operations.operation(id) : null;
}

/** A command as it is meant where it is said: in an operation's thread its verbs need no id. */
export async function meantText(context: Context, { text, thread }: Request): Promise<string> {
  const operation = await operationOfThread(context, thread);
  if (operation === null) return text;
  return await aboutOperation(context, text, operation);
}

/** `oui`, `cancel`, `settle done I looked`: with the id of the operation that is meant; anything else as it is. */
async function aboutOperation({ vocabulary, store }: Context, text: string, { id }: Operation): Promise<string> {
  const words = bareWords(text);
  const [verb, ...rest] = 'code' in words ? [] : withoutCourtesy(words).map((word) => word.text);
  if (verb === undefined) return text;
  const shape = vocabulary.shape(rest.length === 0 ? inThread(verb) : verb);
  if (shape?.positional[0]?.kind !== 'operation' || !shape.positional[0].required) return text;
  if (rest[0] !== undefined && (await store.operations.operation(rest[0].toLowerCase())) !== null) return text;
  return [shape.id, id, ...rest.map((word) => (/\s/u.test(word) ? `"${word}"` : word))].join(' ');
}

/** What a word means in the thread of an operation. */
function inThread(word: string): string {
  return (Object.hasOwn(IN_THREAD, fold(word)) ? IN_THREAD[fold(word)] : undefined) ?? word;
}

/** What is said in an operation's thread without naming vigie: a single word that means the operation while it waits or runs. */
export async function isWordOfThread(context: Context, text: string, thread: string): Promise<boolean> {
  const words = bareWords(text);
  const [verb, more] = 'code' in words ? [] : words;
  if (verb === undefined || verb.quoted || more !== undefined) return false;
  const shape = context.vocabulary.shape(inThread(verb.text));
  if (shape?.positional[0]?.kind !== 'operation' || shape.positional.filter(({ required }) => required).length > 1) return false;
  const operation = await operationOfThread(context, thread);
  return operation !== null && ['waiting', 'approved', 'running'].includes(operation.state);
}

const YES: ReadonlySet<string> = new Set(['yes', 'oui']);

/** `yes`, `oui merci`: and nothing besides, neither `ok`, which may mean that somebody has read it. */
export function saysYes(text: string): boolean {
  const words = bareWords(text);
  const [word, more] = 'code' in words ? [] : withoutCourtesy(words);
  return word?.quoted === false && more === undefined && YES.has(fold(word.text));
}

/** A verb that lacks its operation, in a channel where exactly one waits: that one is asked about. */
export async function meantOperation(context: Context, request: Request, problem: Problem): Promise<Problem> {
  if (problem.code !== 'argument_missing' || problem.params['argument'] !== 'operation') return problem;
  const waiting = await waitingIn(context, request.place.channel);
  const [only] = waiting;
  if (only === undefined || waiting.length > 1) return problem;
  const { id, action, target } = only;
  const verb = String(problem.params['action']);
  return {
    code: 'operation_meant',
    // Only who approves has to say what.
    params: { id, action, target, verb, plan: verb === 'approve' && only.plan !== null ? planName(only.plan) : null },
  };
}

async function waitingIn({ store }: Context, channel: string): Promise<readonly Operation[]> {
  const waiting = await store.operations.operations({ states: ['waiting', 'approved', 'running'], limit: 100 });
  const here = waiting.filter(({ place }) => place.channel === channel);
  return here.some(({ state }) => state === 'waiting') ? here.filter(({ state }) => state === 'waiting') : here;
}

/** Codes of refusals after which the very same words may be run, once their author says so. */
const AS_SAID: ReadonlySet<string> = new Set(['only_quoted']);

/** What may be run by one reaction of whoever asked; null for nothing. */
export async function offerFor(context: Context, { text }: Request, problem: Problem): Promise<string | null> {
  const { code, params } = problem;
  if (AS_SAID.has(code)) return text;
  if (code === 'operation_meant')
    return [params['verb'], params['id'], params['plan']].filter((word) => typeof word === 'string').join(' ');
  return await suggest(context, text, problem);
}
