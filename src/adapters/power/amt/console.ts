import type { Duplex } from 'node:stream';
import { deadline } from '#kernel/abort.ts';
import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import { ScreenError, type ReadScreen, type Screen } from '#ports/console.ts';
import { numberIn, textIn, type Instance } from './answer.ts';
import type { AmtClient, Conversation } from './client.ts';
import { stateOf } from './power.ts';
import type { RefusalMemory } from '../refusals.ts';

/** The console of one machine, by the VNC that AMT speaks. */
export interface AmtConsole {
  readonly machine: string;
  readonly client: AmtClient;
  readonly open: (signal: AbortSignal) => Promise<Duplex>;
  readonly read: ReadScreen;
  readonly password: string;
  /** Of the console's own password. */
  readonly refusals: RefusalMemory;
  readonly clock: Clock;
}

/** A picture takes a quarter of a second; a screen that stays dark keeps nobody waiting. */
const PICTURE_MS = 12_000;
/** How the service's access point is: disabled, in use. */
const DISABLED = 3;
const IN_USE = 2;
const RELEASE_TRIES = 10;
const RELEASE_MS = 200;

/**
 * Looks once, within one conversation: nothing else is asked of AMT while its console is open, and it has let go of it afterwards.
 * @throws as `Console`; machine_off
 */
export async function screenOf(console: AmtConsole, signal?: AbortSignal): Promise<Screen> {
  return await console.client.talk(signal, async (conversation) => {
    await requireOpen(console, conversation);
    try {
      return await picture(console, signal);
    } finally {
      await released(console, conversation, signal);
    }
  });
}

/** @throws console_consent, console_closed, console_busy, console_password; machine_off */
async function requireOpen({ machine, refusals }: AmtConsole, conversation: Conversation): Promise<void> {
  const at = await refusals.at();
  if (at !== null) throw new VigieError('console_password', { machine, at });
  if ((await stateOf(conversation)).state === 'off') throw new VigieError('machine_off', { machine });
  const consent = await orNothing(conversation.get('consent'));
  if ((numberIn(consent, 'OptInRequired') ?? 0) !== 0) throw new VigieError('console_consent', { machine });
  const settings = await orNothing(conversation.get('kvmSettings'));
  const access = numberIn(await conversation.get('kvm'), 'EnabledState');
  if (access === DISABLED || [settings['EnabledByMEBx'], settings['Is5900PortEnabled']].includes('false'))
    throw new VigieError('console_closed', { machine });
  if (access === IN_USE) throw new VigieError('console_busy', { machine });
}

/** Older firmware hasn't got every class. */
async function orNothing(asked: Promise<Instance>): Promise<Instance> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof VigieError && error.code === 'machine_refused') return {};
    throw error;
  }
}

async function picture({ machine, open, read, password, refusals, clock }: AmtConsole, signal: AbortSignal | undefined): Promise<Screen> {
  const tooLate = new VigieError('console_dark', { machine, reason: `no picture within ${PICTURE_MS / 1_000} s` });
  const late = deadline(PICTURE_MS, () => tooLate);
  const either = signal === undefined ? late : AbortSignal.any([signal, late]);
  try {
    return await read(await open(either), password, either);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof VigieError) throw error;
    if (!(error instanceof ScreenError)) throw new VigieError('machine_unreachable', { machine, reason: reasonOf(error) }, error);
    if (error.kind === 'password') {
      const at = clock.now();
      await refusals.note(at);
      throw new VigieError('console_password', { machine, at }, error);
    }
    throw refusalOf(machine, error);
  }
}

/** AMT's own words: `KVM session in use`, `Error: 0x80862001: …`. */
function refusalOf(machine: string, error: ScreenError): VigieError {
  const reason = error.message;
  if (error.kind === 'refused' && /in use/iu.test(reason)) return new VigieError('console_busy', { machine }, error);
  if (error.kind === 'closed' || (error.kind === 'refused' && /0x8086|display/iu.test(reason)))
    return new VigieError('console_dark', { machine, reason }, error);
  return new VigieError('console_refused', { machine, reason }, error);
}

/** While AMT believes that somebody looks it refuses to cut the power. */
async function released({ clock }: AmtConsole, { get }: Conversation, signal: AbortSignal | undefined): Promise<void> {
  for (let tries = 0; tries < RELEASE_TRIES && signal?.aborted !== true; tries += 1) {
    const access = await orNothing(get('kvm')).catch(() => ({}));
    if (textIn(access, 'EnabledState') !== String(IN_USE)) return;
    await clock.sleep(RELEASE_MS, signal);
  }
}
