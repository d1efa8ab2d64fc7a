import type { BootSource } from '#ports/power.ts';
import { textIn } from './answer.ts';
import type { Conversation } from './client.ts';
import { BOOT_SOURCES } from './messages.ts';

/** Whether the order holds for the next boot. */
const NEXT = 1;
const NOT_NEXT = 32_768;
/** What an earlier order may have left: AMT would go by it. */
const CLEARED: Readonly<Record<string, string>> = {
  BIOSSetup: 'false',
  BIOSPause: 'false',
  BootMediaIndex: '0',
  UseSOL: 'false',
  UseIDER: 'false',
  IDERBootDevice: '0',
  UseSafeMode: 'false',
  ReflashBIOS: 'false',
  UserPasswordBypass: 'false',
  FirmwareVerbosity: '0',
};
/** AMT's own to say: Put refuses them, or takes no notice. */
const READ_ONLY: ReadonlySet<string> = new Set([
  'BIOSLastStatus',
  'OptionsCleared',
  'WinREBootEnabled',
  'UEFILocalPBABootEnabled',
  'UEFIHTTPSBootEnabled',
]);

/** Clears what was ordered before, then orders anew; null leaves it at that. Used once by AMT, which can't be asked what it was told. */
export async function orderBoot({ get, call, does }: Conversation, from: BootSource | null): Promise<void> {
  await does('boot', (messages) => messages.bootOrder(null));
  const found = await get('bootSettings');
  const kept = Object.keys(found).filter((name) => !READ_ONLY.has(name) && typeof found[name] === 'string');
  const settings = Object.fromEntries(kept.map((name) => [name, CLEARED[name] ?? textIn(found, name)]));
  await call((messages) => messages.putBootSettings({ ...settings, BIOSSetup: from === 'bios' ? 'true' : 'false' }));
  const source = from === null ? null : BOOT_SOURCES[from];
  if (source !== null) await does('boot', (messages) => messages.bootOrder(source));
  await does('boot', (messages) => messages.bootRole(from === null ? NOT_NEXT : NEXT));
}
