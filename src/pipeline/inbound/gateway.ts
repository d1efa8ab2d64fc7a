import { BOUNDS } from '#kernel/bounds.ts';
import { problemOf, VigieError, type Problem } from '#kernel/errors.ts';
import { isFinal } from '#domain/operation/states.ts';
import { postKey, type Operation } from '#domain/operation/operation.ts';
import type { TriggerCheck } from '#ports/chat.ts';
import type { ButtonClick, Gateway, LocalCommand, SlashCommand, Tell } from '#ports/gateway.ts';
import { StoreConflict } from '#ports/store.ts';
import { LANGUAGES, type Language } from '#messages/templates.ts';
import { plainParts } from '#messages/markdown.ts';
import type { Renderer } from '#messages/post.ts';
import { operationPost } from '#domain/operation/card.ts';
import { planName } from '#domain/operation/plan.ts';
import { readClaim } from './buttons.ts';
import type { Ack } from '../operation/ack.ts';
import { handleRequest } from '../operation/request.ts';
import { triggerKey } from '../operation/prove.ts';
import { castButton } from '../operation/vote.ts';
import type { Context } from '../operation/context.ts';

export interface GatewayOptions {
  readonly context: Context;
  readonly renderer: Renderer;
  readonly languageOf: (channel: string) => Language;
  /** Operating-system account: Mattermost user name. */
  readonly accounts: Readonly<Record<string, string>>;
  readonly secret: string;
  /** Names of the main command (`ops`); every other one is a shortcut whose name is the action. */
  readonly mainCommand: string;
  /** Checks a `trigger_id` for that user; null when it isn't the server's, or is stale. */
  readonly verifyTrigger: TriggerCheck;
  readonly count: (means: string, outcome: string) => void;
}

/** The ways in that aren't the chat's websocket, each turned into a request or a vote. */
export function createGateway(options: GatewayOptions): Gateway {
  return {
    slash: (command) => slash(options, command),
    click: (click) => click_(options, click),
    local: (command, tell, signal) => local(options, command, tell, signal),
  };
}

async function slash(options: GatewayOptions, command: SlashCommand): Promise<string> {
  const { context } = options;
  const now = context.clock.now();
  const ack = await handleRequest(context, {
    key: `slash:${command.trigger}`,
    trigger: command.trigger,
    edited: false,
    user: command.user,
    text: command.command === options.mainCommand ? command.text : `${command.command} ${command.text}`,
    means: 'slash',
    place: { channel: command.channel, root: command.root, direct: command.direct },
    thread: command.root,
    at: now,
    late: false,
  });
  options.count('slash', ack.kind);
  return ackWords(options, ack, options.languageOf(command.channel));
}

/** What was probably meant, where nobody can tap on it and the refusal itself doesn't say it. */
function meantWords({ renderer }: GatewayOptions, { problem, offer }: Extract<Ack, { kind: 'refused' }>, language: Language): string {
  const says = problem.code === 'operation_meant' || typeof problem.params['nearest'] === 'string';
  return offer === null || says ? '' : ` ${renderer.words(language, 'acknowledgement', 'meant', { offer })}`;
}

function ackWords(options: GatewayOptions, ack: Ack, language: Language): string {
  const { renderer } = options;
  switch (ack.kind) {
    case 'refused':
      return renderer.words(language, 'acknowledgement', 'refused', { problem: asData(ack.problem) }) + meantWords(options, ack, language);
    case 'answer':
      return [
        renderer.render(ack.message, LANGUAGES.find((each) => each === ack.locale?.slice(0, 2)) ?? language).message,
        ...(ack.uninvited ? [renderer.words(language, 'acknowledgement', 'uninvited', {})] : []),
      ].join('\n\n');
    case 'accepted':
      return renderer.words(language, 'acknowledgement', 'accepted', {
        id: ack.operation,
        action: ack.action,
        target: ack.target,
        elsewhere: ack.elsewhere,
      });
    case 'voted':
      return renderer.words(language, 'acknowledgement', 'voted', { id: ack.operation });
    case 'answered':
    case 'answered-direct':
    case 'duplicate':
      return renderer.words(language, 'acknowledgement', ack.kind, {});
    default:
      return ack satisfies never;
  }
}

function asData(problem: Problem) {
  return { code: problem.code, params: problem.params };
}

/** A click counts only if the server made its trigger, vigie made its context, and it is the post of that very plan. */
async function click_(options: GatewayOptions, click: ButtonClick): Promise<string> {
  const language = options.languageOf(click.channel);
  try {
    const ack = await verified(options, click);
    options.count('button', ack.kind);
    return ackWords(options, ack, language);
  } catch (error) {
    options.count('button', 'refused');
    return options.renderer.words(language, 'acknowledgement', 'refused', { problem: asData(problemOf(error)) });
  }
}

async function verified(options: GatewayOptions, click: ButtonClick): Promise<Ack> {
  const { context } = options;
  const claim = readClaim(options.secret, click.context);
  // What costs nothing first: anybody may send clicks.
  if (claim === null) throw new VigieError('button_forged');
  const trigger = await options.verifyTrigger(click.trigger, click.user);
  if (trigger.kind !== 'signed') throw new VigieError('button_forged');
  const operation = await context.store.operations.operation(claim.operation);
  const post = await context.store.outbox.byPost(click.post);
  if (operation === null || post?.key !== postKey(operation, operation.round) || post.channel !== click.channel)
    throw new VigieError('operation_not_waiting', { id: claim.operation, state: operation?.state ?? 'stale' });
  const { operation: id, hash: planHash, verdict } = claim;
  try {
    return await castButton(context, {
      key: triggerKey(trigger.id),
      operation: id,
      planHash,
      user: click.user,
      verdict,
      at: context.clock.now(),
    });
  } catch (error) {
    // Mattermost may deliver a click twice: its trigger was counted already.
    if (error instanceof StoreConflict) return { kind: 'duplicate' };
    throw error;
  }
}

/** How often the state of an operation is looked at while somebody waits at the terminal. */
const LOOK_EVERY_MS = 200;

async function local(options: GatewayOptions, command: LocalCommand, tell: Tell, signal: AbortSignal): Promise<{ readonly ok: boolean }> {
  const { context, renderer } = options;
  const language = options.languageOf('');
  const say = (markdown: string): void =>
    plainParts(renderer.fit(markdown, BOUNDS.terminal.most, language)).forEach(({ words, isCode }) => tell(words, isCode));
  const user = await userOf(options, command.account).catch(problemOf);
  if (typeof user !== 'string') {
    say(renderer.words(language, 'errors', user.code, user.params));
    return { ok: false };
  }
  const now = context.clock.now();
  const ack = await handleRequest(context, {
    key: `socket:${command.account}:${now}:${command.text}`,
    trigger: '',
    edited: false,
    user,
    text: command.text,
    means: 'socket',
    place: { channel: context.operationsChannel, root: null, direct: false },
    thread: null,
    at: now,
    late: false,
  });
  options.count('socket', ack.kind);
  if (ack.kind === 'refused') {
    say(renderer.words(language, 'errors', ack.problem.code, ack.problem.params) + meantWords(options, ack, language));
    return { ok: false };
  }
  if (ack.kind !== 'accepted') {
    say(ackWords(options, ack, language));
    return { ok: true };
  }
  return await follow(options, ack.operation, { say, language }, signal);
}

/** @throws account_unknown; directory_unreachable, chat_unreachable when nobody can tell whose account it is */
async function userOf({ accounts, context }: GatewayOptions, account: string): Promise<string> {
  const username = Object.hasOwn(accounts, account) ? accounts[account] : undefined;
  const user = username === undefined ? null : await context.people.idOf(username);
  if (user === null) throw new VigieError('account_unknown', { account });
  return user;
}

/** Tells each state of an operation until it ends, or until it waits for somebody else. */
async function follow(
  { context, renderer }: GatewayOptions,
  id: string,
  { say, language }: { readonly say: (markdown: string) => void; readonly language: Language },
  signal: AbortSignal,
): Promise<{ readonly ok: boolean }> {
  let shown = '';
  while (!signal.aborted) {
    const operation = await context.store.operations.operation(id);
    if (operation === null) return { ok: false };
    if (operation.state !== shown && operation.state !== 'received') say(told(renderer, operation, language));
    shown = operation.state;
    if (operation.state === 'waiting') {
      const { requirement } = operation;
      const own = requirement !== null && (requirement.requesterCounts || requirement.confirm);
      const plan = operation.plan === null ? '' : planName(operation.plan);
      say(renderer.words(language, 'acknowledgement', own ? 'confirm-local' : 'waiting-local', { id, plan }));
      return { ok: true };
    }
    if (isFinal(operation.state) || operation.state === 'indeterminate') return { ok: operation.state === 'succeeded' };
    await context.clock.sleep(LOOK_EVERY_MS, signal);
  }
  return { ok: false };
}

function told(renderer: Renderer, operation: Operation, language: Language): string {
  const { message, attachments } = renderer.render(operationPost(operation).message, language);
  const [card] = attachments;
  const fields = (card?.fields ?? []).map((field) => `${field.title}: ${field.value}`);
  return [message, card?.title ?? '', card?.text ?? '', ...fields].filter((line) => line !== '').join('\n');
}
