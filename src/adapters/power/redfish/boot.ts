import { VigieError } from '#kernel/errors.ts';
import type { BootSource } from '#ports/power.ts';
import type { Conversation, Found } from './client.ts';
import { inside, textIn, textsIn } from './resource.ts';

const TARGETS: Readonly<Record<BootSource, string>> = { pxe: 'Pxe', bios: 'BiosSetup', disk: 'Hdd' };
const ACCEPTED = 202;

/** Orders the next boot, and that one alone; null forgets it. What is said to be done at once is read back. @throws machine_refused */
export async function orderBoot(conversation: Conversation, from: BootSource | null): Promise<void> {
  const found = await conversation.system();
  const wanted = wantedBoot(conversation.machine, found, from);
  if ((await changed(conversation, found, wanted)) === ACCEPTED) return;
  const { resource } = await conversation.system();
  const now = inside(resource, 'Boot');
  const [enabled, target] = [textIn(now, 'BootSourceOverrideEnabled'), textIn(now, 'BootSourceOverrideTarget')];
  const isSo = from === null ? enabled === 'Disabled' || target === 'None' : enabled === 'Once' && target === TARGETS[from];
  if (!isSo) throw refusedBoot(conversation.machine, `BootSourceOverride ${enabled || '?'} ${target || '?'}`);
}

function wantedBoot(machine: string, { resource }: Found, from: BootSource | null): Readonly<Record<string, string>> {
  const allowed = textsIn(inside(resource, 'Boot'), 'BootSourceOverrideTarget@Redfish.AllowableValues');
  if (from === null)
    return { BootSourceOverrideEnabled: 'Disabled', ...(allowed.includes('None') ? { BootSourceOverrideTarget: 'None' } : {}) };
  const target = TARGETS[from];
  if (!allowed.includes(target)) throw refusedBoot(machine, `no BootSourceOverrideTarget ${target}`);
  return { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: target };
}

/** Where something else changed it meanwhile, that is read, and changed once more. */
async function changed({ patch, system }: Conversation, found: Found, Boot: Readonly<Record<string, string>>): Promise<number> {
  try {
    return await patch('boot', found, { Boot });
  } catch (error) {
    if (!(error instanceof VigieError) || !String(error.params['value']).startsWith('HTTP 412')) throw error;
    return await patch('boot', await system(), { Boot });
  }
}

function refusedBoot(machine: string, value: string): VigieError {
  return new VigieError('machine_refused', { machine, doing: 'boot', value });
}
