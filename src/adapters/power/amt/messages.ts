import type { BootSource } from '#ports/power.ts';

/** The messages that vigie sends: whole SOAP envelopes. */
export interface Messages {
  /** The only instance of a class. */
  get(kind: Single): string;
  enumerate(kind: Several): string;
  pull(kind: Several, context: string): string;
  power(state: number): string;
  /** Null clears the order. */
  bootOrder(source: string | null): string;
  /** 1: the order holds for the next boot; 32768: it doesn't. */
  bootRole(role: number): string;
  /** Given back whole, with what is changed. */
  putBootSettings(settings: Readonly<Record<string, string>>): string;
  firstRecord(): string;
  records(from: number): string;
}

const SINGLE = ['card', 'bios', 'chip', 'bootSettings', 'consent', 'kvm', 'kvmSettings'] as const;
export type Single = (typeof SINGLE)[number];
const SEVERAL = ['power', 'memory', 'disks', 'firmware'] as const;
export type Several = (typeof SEVERAL)[number];

export const BOOT_CONFIGURATION = 'Intel(r) AMT: Boot Configuration 0';
/** Sources of the boot order; its set-up is a setting and no source. */
export const BOOT_SOURCES: Readonly<Record<BootSource, string | null>> = {
  pxe: 'Intel(r) AMT: Force PXE Boot',
  disk: 'Intel(r) AMT: Force Hard-drive Boot',
  bios: null,
};

/** The library is loaded on first use. It escapes nothing, and renames the keys of what it is given. */
export async function loadMessages(): Promise<Messages> {
  const { default: toolkit } = await import('@device-management-toolkit/wsman-messages');
  const [cim, amt, ips] = [new toolkit.CIM.Messages(), new toolkit.AMT.Messages(), new toolkit.IPS.Messages()];
  const single = {
    card: cim.Card,
    bios: cim.BIOSElement,
    chip: cim.Chip,
    bootSettings: amt.BootSettingData,
    consent: ips.OptInService,
    kvm: cim.KVMRedirectionSAP,
    kvmSettings: ips.KVMRedirectionSettingData,
  } as const;
  const several = {
    power: cim.ServiceAvailableToElement,
    memory: cim.PhysicalMemory,
    disks: cim.MediaAccessDevice,
    firmware: cim.SoftwareIdentity,
  } as const;
  return {
    get: (kind) => single[kind].Get(),
    enumerate: (kind) => several[kind].Enumerate(),
    pull: (kind, context) => several[kind].Pull(escaped(context)),
    power: (state) => cim.PowerManagementService.RequestPowerStateChange(asTheirs(state)),
    bootOrder: (source) => cim.BootConfigSetting.ChangeBootOrder(asTheirs(source === null ? undefined : escaped(source))),
    bootRole: (role) => cim.BootService.SetBootConfigRole(BOOT_CONFIGURATION, asTheirs(role)),
    putBootSettings: (settings) =>
      amt.BootSettingData.Put(asTheirs(Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, escaped(value)])))),
    firstRecord: () => amt.MessageLog.PositionToFirstRecord(),
    records: (from) => amt.MessageLog.GetRecords(from),
  };
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (sign) => ENTITIES[sign] ?? sign);
}

/** Their types name every number and every text that AMT knows, and want objects of all properties, as numbers and booleans; on the wire all are texts. */
function asTheirs<T>(value: unknown): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return value as T;
}
