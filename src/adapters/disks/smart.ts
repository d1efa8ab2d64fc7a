import { z } from 'zod';
import type { DiskSign } from '#domain/disk/judge.ts';
import type { DiskView } from '#ports/disks.ts';
import type { KernelDisk } from './sysfs.ts';

const attribute = z.object({
  id: z.number(),
  name: z.string(),
  value: z.number().optional(),
  when_failed: z.string().optional(),
  raw: z.object({ value: z.number() }),
});
type Attribute = z.output<typeof attribute>;

/** What `smartctl --json=c -a` says, of any kind of disk. */
const answer = z.object({
  smartctl: z.object({ exit_status: z.number(), messages: z.array(z.object({ string: z.string() })).default([]) }),
  model_name: z.string().optional(),
  serial_number: z.string().optional(),
  user_capacity: z.object({ bytes: z.number() }).optional(),
  smart_status: z.object({ passed: z.boolean().optional() }).optional(),
  ata_smart_data: z.object({ self_test: z.object({ status: z.object({ passed: z.boolean().optional() }) }).optional() }).optional(),
  ata_smart_attributes: z.object({ table: z.array(attribute) }).optional(),
  nvme_smart_health_information_log: z
    .object({
      available_spare: z.number().default(0),
      available_spare_threshold: z.number().default(0),
      percentage_used: z.number().optional(),
      media_errors: z.number().default(0),
    })
    .optional(),
  /** Of smartctl 7.4 and later, whatever the disk. */
  endurance_used: z.object({ current_percent: z.number() }).optional(),
  temperature: z.object({ current: z.number().optional() }).optional(),
  power_on_time: z.object({ hours: z.number().optional() }).optional(),
});
type Answer = z.output<typeof answer>;

/** Bits of the exit code that are an answer: it asked wrongly, as of what has no SMART; it could not open the disk. */
const ASKED_WRONGLY = 1;
const NOT_OPENED = 2;
/** What SMART has given up on: sectors that wait to be replaced, and those that can't be read at all. */
const UNREADABLE: ReadonlySet<number> = new Set([197, 198]);
const REPLACED = 5;
const UNCORRECTED = 187;
/** SATA disks without moving parts tell by one of these, as normal values, what is left of 100. */
const LEFT: ReadonlySet<string> = new Set([
  'Wear_Leveling_Count',
  'SSD_Life_Left',
  'Media_Wearout_Indicator',
  'Percent_Lifetime_Remain',
  'Remaining_Lifetime_Perc',
]);

const NOTHING = { smart: false, celsius: null, hours: null, worn: null, signs: [] } as const;

/** A disk that nobody asked: it has no SMART. */
export function unasked({ serial, port, model, sizeBytes, spins }: KernelDisk): DiskView {
  return { serial, port, model, sizeBytes, spins, ...NOTHING };
}

/**
 * Reads what smartctl prints. Its exit code is a set of bits, of which most are no error.
 * @returns null for what is no such answer
 */
export function diskOf(disk: KernelDisk, json: unknown): DiskView | null {
  const read = answer.safeParse(json);
  if (!read.success) return null;
  const { data } = read;
  const known = {
    ...unasked(disk),
    serial: data.serial_number ?? disk.serial,
    model: data.model_name ?? disk.model,
    sizeBytes: data.user_capacity?.bytes ?? disk.sizeBytes,
  };
  if (isSilent(data)) return { ...known, smart: true, signs: [{ kind: 'silent' }] };
  if (data.smart_status?.passed === undefined) return known;
  return {
    ...known,
    smart: true,
    celsius: data.temperature?.current ?? null,
    hours: data.power_on_time?.hours ?? null,
    worn: disk.spins ? null : wornOf(data),
    signs: signsOf(data),
  };
}

/** A disk that is there and can't be opened, and not because it sleeps, or because a controller stands before it. */
function isSilent({ smartctl: { exit_status: bits, messages } }: Answer): boolean {
  const excused = messages.some(({ string }) => /STANDBY|SLEEP|adding '-d|-d megaraid/iu.test(string));
  return (bits & NOT_OPENED) !== 0 && (bits & ASKED_WRONGLY) === 0 && !excused;
}

function signsOf(data: Answer): readonly DiskSign[] {
  const table = data.ata_smart_attributes?.table ?? [];
  const nvme = data.nvme_smart_health_information_log;
  const sum = (those: (one: Attribute) => boolean): number => table.filter(those).reduce((most, { raw }) => Math.max(most, raw.value), 0);
  const counted = (kind: 'unreadable' | 'replaced' | 'errors', count: number): readonly DiskSign[] => (count > 0 ? [{ kind, count }] : []);
  return [
    ...(data.smart_status?.passed === false ? [{ kind: 'failing' } as const] : []),
    ...table.filter(({ when_failed: when }) => when === 'now').map(({ name }) => ({ kind: 'limit', name }) as const),
    ...(data.ata_smart_data?.self_test?.status.passed === false ? [{ kind: 'self-test' } as const] : []),
    ...counted(
      'unreadable',
      sum(({ id }) => UNREADABLE.has(id)),
    ),
    ...(nvme !== undefined && nvme.available_spare < nvme.available_spare_threshold ? [{ kind: 'spare' } as const] : []),
    ...counted(
      'replaced',
      sum(({ id }) => id === REPLACED),
    ),
    ...counted('errors', nvme?.media_errors ?? sum(({ id }) => id === UNCORRECTED)),
  ];
}

function wornOf({ endurance_used: endurance, nvme_smart_health_information_log: nvme, ata_smart_attributes: ata }: Answer): number | null {
  const used = endurance?.current_percent ?? nvme?.percentage_used;
  if (used !== undefined) return used / 100;
  const left = ata?.table.find(({ name }) => LEFT.has(name))?.value;
  return left === undefined ? null : Math.max(0, 100 - left) / 100;
}
