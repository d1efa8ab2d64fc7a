import { BOUNDS } from '#kernel/bounds.ts';
import type { Firmware, MachineInventory, MemoryModule } from '#ports/power.ts';
import type { Conversation } from './client.ts';
import { inside, linkIn, listIn, numberIn, textIn, type Resource } from './resource.ts';

const MIB = 1024 * 1024;

export async function inventoryOf(conversation: Conversation): Promise<MachineInventory> {
  const { resource: system } = await conversation.system();
  const processors = (await membersOf(conversation, linkIn(system, 'Processors'))).filter(isThere);
  const memory = (await membersOf(conversation, linkIn(system, 'Memory'))).filter(isThere);
  return {
    board: { maker: textIn(system, 'Manufacturer'), model: textIn(system, 'Model'), serial: textIn(system, 'SerialNumber') },
    bios: textIn(system, 'BiosVersion') || null,
    processor: processorsIn(processors) || textIn(inside(system, 'ProcessorSummary'), 'Model') || null,
    memory: memory.map(moduleOf),
    diskBytes: await diskBytes(conversation, system),
    firmware: await firmwareOf(conversation, system),
  };
}

export async function firmwareOf(conversation: Conversation, system: Resource): Promise<Firmware> {
  const [manager] = listIn(inside(system, 'Links'), 'ManagedBy');
  const found = await conversation.find(manager === undefined ? null : linkIn(manager));
  return { version: textIn(found ?? {}, 'FirmwareVersion'), build: '', open: false };
}

/** Of a collection, each of its members; none where there is no such collection. */
async function membersOf({ find }: Conversation, path: string | null): Promise<readonly Resource[]> {
  return await followed(find, listIn((await find(path)) ?? {}, 'Members'));
}

async function followed(find: Conversation['find'], links: readonly Resource[]): Promise<readonly Resource[]> {
  const found: Resource[] = [];
  for (const link of links.slice(0, BOUNDS.redfishMembers.most)) {
    const member = await find(linkIn(link));
    if (member !== null) found.push(member);
  }
  return found;
}

async function diskBytes(conversation: Conversation, system: Resource): Promise<readonly number[]> {
  const controllers = await membersOf(conversation, linkIn(system, 'Storage'));
  const links = controllers.flatMap((controller) => listIn(controller, 'Drives'));
  const drives = await followed(conversation.find, links);
  return drives.flatMap((drive) => numberIn(drive, 'CapacityBytes') ?? []).filter((bytes) => bytes > 0);
}

/** Empty slots and sockets are listed, too. */
function isThere(found: Resource): boolean {
  return textIn(inside(found, 'Status'), 'State') !== 'Absent';
}

function processorsIn(processors: readonly Resource[]): string {
  const models = processors.map((each) => textIn(each, 'Model')).filter((model) => model !== '');
  return [...new Set(models)]
    .map((model) => {
      const count = models.filter((each) => each === model).length;
      return count > 1 ? `${count} × ${model}` : model;
    })
    .join(', ');
}

function moduleOf(found: Resource): MemoryModule {
  return {
    slot: textIn(found, 'DeviceLocator') || textIn(found, 'Name') || textIn(found, 'Id'),
    bytes: (numberIn(found, 'CapacityMiB') ?? 0) * MIB,
    kind: textIn(found, 'MemoryDeviceType') || null,
    mhz: numberIn(found, 'OperatingSpeedMhz'),
    part: textIn(found, 'PartNumber'),
  };
}
