import type { Firmware, MachineInventory, MemoryModule } from '#ports/power.ts';
import { numberIn, textIn, type Instance } from './answer.ts';
import type { Conversation } from './client.ts';

/** SMBIOS's kinds of memory. */
const MEMORY: ReadonlyMap<number, string> = new Map([
  [20, 'DDR'],
  [21, 'DDR2'],
  [24, 'DDR3'],
  [26, 'DDR4'],
  [34, 'DDR5'],
]);

/** The board is in CIM_Card: home-built machines have a chassis "To Be Filled By O.E.M.". */
export async function inventoryOf({ get, all }: Conversation): Promise<MachineInventory> {
  const card = await get('card');
  const bios = await get('bios');
  const chip = await get('chip');
  const memory = await all('memory');
  const disks = await all('disks');
  return {
    board: { maker: textIn(card, 'Manufacturer'), model: textIn(card, 'Model'), serial: textIn(card, 'SerialNumber') },
    bios: textIn(bios, 'Version') || null,
    processor: textIn(chip, 'Version') || null,
    memory: memory.map(moduleOf),
    // In kB of 1000 bytes.
    diskBytes: disks.map((disk) => (numberIn(disk, 'MaxMediaSize') ?? 0) * 1_000).filter((bytes) => bytes > 0),
    firmware: firmwareIn(await all('firmware')),
  };
}

function moduleOf(found: Instance): MemoryModule {
  return {
    slot: textIn(found, 'BankLabel') || textIn(found, 'Tag'),
    bytes: numberIn(found, 'Capacity') ?? 0,
    kind: MEMORY.get(numberIn(found, 'MemoryType') ?? 0) ?? null,
    mhz: numberIn(found, 'ConfiguredMemoryClockSpeed') ?? numberIn(found, 'MaxMemorySpeed'),
    part: textIn(found, 'PartNumber'),
  };
}

export function firmwareIn(identities: readonly Instance[]): Firmware {
  const of = (id: string): string => textIn(identities.find((each) => textIn(each, 'InstanceID') === id) ?? {}, 'VersionString');
  const [version, build] = [of('AMT'), of('Build Number')];
  return { version, build, open: isOpen(version, build) };
}

/** CVE-2017-5689: from 6 to 11.6 anybody was let in; builds that mend it have a last number of 3000 and more. Later versions never had it. */
export function isOpen(version: string, build: string): boolean {
  const [, major = '', minor = ''] = /^(\d+)\.(\d+)/u.exec(version) ?? [];
  if (major === '') return false;
  const number = Number(major) * 1_000 + Number(minor);
  return number >= 6_000 && number <= 11_006 && !(Number(build) >= 3_000);
}
