import type { Client4 } from '@mattermost/client';
import { z } from 'zod';
import { BOUNDS } from '#kernel/bounds.ts';
import type { Clock } from '#kernel/clock.ts';
import { problemOf, VigieError, type Problem } from '#kernel/errors.ts';
import type { ChatEvents, Directory, Publisher, TriggerCheck } from '#ports/chat.ts';
import type { Log } from '#ports/log.ts';
import type { Cursors } from '#ports/store.ts';
import { createBreaker, type Breaker } from './breaker.ts';
import { createDirectory } from './directory.ts';
import { createEvents } from './events.ts';
import { createPublisher } from './publisher.ts';
import { answersPing } from './knock.ts';
import { createRest } from './rest.ts';
import { isSigned, readTrigger, signingKey } from './trigger.ts';

export interface MattermostOptions {
  readonly url: string;
  readonly token: string;
  /** Name of the channel where vigie says what has no other place. */
  readonly operationsChannel: string;
  readonly clock: Clock;
  /** What was learnt at an earlier start serves when Mattermost is down at this one. */
  readonly facts: Pick<Cursors, 'fact' | 'remember'>;
  readonly log: Log;
  /** How long the websocket may take to answer its ping, in milliseconds. */
  readonly pongMs?: number;
  readonly timeoutMs?: number;
}

export interface Mattermost {
  readonly events: ChatEvents;
  readonly directory: Directory;
  readonly publisher: Publisher;
  readonly me: { readonly id: string; readonly username: string };
  readonly operationsChannel: string;
  readonly verifyTrigger: TriggerCheck;
}

const identitySchema = z.object({ id: z.string(), username: z.string(), operationsChannel: z.string() });
type Identity = z.output<typeof identitySchema>;

/**
 * Connects to a Mattermost, learning who vigie is there. If Mattermost is down, what an earlier start learnt will do: the
 * command line must work just then.
 * @throws chat_unreachable, chat_token_invalid, channel_unknown when nothing was ever learnt
 */
export async function connectMattermost(options: MattermostOptions): Promise<Mattermost> {
  const breaker = createBreaker(options.url, options.clock);
  const client = createRest({ ...options, breaker });
  const directory = createDirectory(client);
  const { identity, trouble } = await learnIdentity(options, { client, directory, breaker });
  const me = { id: identity.id, username: identity.username };
  return {
    events: createEvents({ ...options, client, me, trouble, breaker }),
    directory,
    publisher: createPublisher(client, me.id, options.log),
    me,
    operationsChannel: identity.operationsChannel,
    verifyTrigger: triggerVerifier(client, options.clock),
  };
}

interface Learnt {
  readonly identity: Identity;
  /** Why nothing new could be learnt. */
  readonly trouble: Problem | null;
}

interface Asked {
  readonly client: Client4;
  readonly directory: Directory;
  readonly breaker: Breaker;
}

async function learnIdentity(options: MattermostOptions, { client, directory, breaker }: Asked): Promise<Learnt> {
  const fact = `mattermost ${options.url} ${options.operationsChannel}`;
  const kept = await options.facts.fact(fact);
  const known = kept === null ? null : identitySchema.parse(JSON.parse(kept));
  // Whoever starts vigie while Mattermost keeps silent waits for that once, and not for each question.
  if (!(await answersPing(options.url))) breaker.open(silence(options.url));
  try {
    const user = await client.getMe();
    const channel = await operationsChannel(options, directory, known?.operationsChannel ?? '');
    const identity = { id: user.id, username: user.username, operationsChannel: channel?.id ?? '' };
    await options.facts.remember(fact, JSON.stringify(identity));
    if (channel === null)
      options.log.warn({ channel: options.operationsChannel }, 'vigie is no member of its operations channel: invite it');
    return { identity, trouble: null };
  } catch (error) {
    const problem = problemOf(error);
    if (known === null || problem.code === 'channel_ambiguous') throw error;
    if (problem.code !== 'chat_token_invalid')
      options.log.warn({ problem }, 'Mattermost is not reachable: going on with what was learnt before');
    return { identity: known, trouble: problem };
  }
}

function silence(url: string): VigieError {
  return new VigieError('chat_unreachable', { host: new URL(url).host, reason: 'no answer' });
}

/** The one that it was before, for as long as that is there: somebody may have made another one of this name. @throws channel_ambiguous */
async function operationsChannel({ operationsChannel: name, log }: MattermostOptions, directory: Directory, before: string) {
  const kept = before === '' ? null : await directory.channel(before);
  if (kept !== null) return kept;
  const channel = await directory.channel(name);
  if (before !== '' && channel !== null) log.warn({ before, now: channel.id }, 'the operations channel is another one than before');
  return channel;
}

/**
 * The server's key is looked up at the first click, and again when a signature doesn't fit: it may have been renewed. But only once in a
 * while: whoever forges clicks must not make vigie ask Mattermost for each.
 */
function triggerVerifier(client: Client4, clock: Clock): TriggerCheck {
  let key: ReturnType<typeof signingKey> | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> = Promise.resolve();
  const fetchKey = async (): Promise<void> => {
    const { AsymmetricSigningPublicKey: base64 } = await client.getClientConfig();
    if (typeof base64 === 'string' && base64 !== '') key = signingKey(base64);
  };
  const renew = async (): Promise<void> => {
    const now = clock.now();
    if (now - askedAt >= BOUNDS.signingKey.most || now < askedAt) {
      askedAt = now;
      asking = fetchKey().catch((error: unknown) => {
        // Nobody answered: the next click may ask again.
        askedAt = Number.NEGATIVE_INFINITY;
        throw error;
      });
    }
    await asking;
  };
  // Whoever types first waits no longer than the next one; if nobody answers now, that one asks again.
  void renew().catch(() => undefined);
  return async (trigger, user) => {
    if (key === null) await renew();
    if (key === null) return { kind: 'unsigned' };
    const read = readTrigger(trigger, user, clock.now());
    if (read === null) return { kind: 'forged' };
    if (isSigned(read, key)) return { kind: 'signed', id: read.id };
    await renew();
    return isSigned(read, key) ? { kind: 'signed', id: read.id } : { kind: 'forged' };
  };
}
