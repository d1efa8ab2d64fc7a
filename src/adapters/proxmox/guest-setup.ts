import type { GuestCard, GuestSetup } from '#ports/hypervisor.ts';
import { disksOf, type GuestConfig, storageOf, volumeOf } from './guest-config.ts';

const DRIVE = /^(?:ide|sata|scsi|virtio|efidisk|tpmstate)\d+$/u;
const CARD = /^net\d+$/u;
const DEVICE = /^(?:hostpci|usb|virtiofs|parallel|serial)\d+$/u;
const OUT = 'link_down=1';

/** What a configuration says of how a VM is made up. */
export function setupFrom(config: GuestConfig): GuestSetup {
  const omitted = keysWhere(config, DRIVE, (value) => value.split(',').includes('backup=0'));
  return {
    name: textOf(config['name']),
    notes: textOf(config['description']).trimEnd(),
    memoryBytes: Number.parseInt(textOf(config['memory']), 10) * 2 ** 20 || 0,
    disks: disksOf(config),
    omitted: omitted.filter((key) => disksOf(config).some((disk) => disk.key === key)),
    cards: cardsOf(config),
    onBoot: textOf(config['onboot']) === '1',
    devices: [
      ...keysWhere(config, DEVICE, (value) => !/^(?:spice|socket)\b/u.test(volumeOf(value))),
      ...keysWhere(config, DRIVE, (value) => value.startsWith('/') || value.startsWith('file=/')),
    ].toSorted(),
    cds: Object.entries(config).flatMap(([key, value]) => cdOf(key, textOf(value))),
  };
}

/** Its file on the machine, as a backup keeps it: a key a line; its snapshots come after it, in sections. */
export function configOf(text: string): GuestConfig {
  const [first = ''] = text.split(/^\[/mu);
  const lines = first.split('\n').map((line) => /^([a-z][a-z_]*\d*): *(.*?) *$/u.exec(line));
  return Object.fromEntries(lines.flatMap((found) => (found === null ? [] : [[found[1] ?? '', found[2] ?? '']])));
}

/** Of what a backup holds. */
export function withoutOmitted(setup: GuestSetup): GuestSetup {
  return { ...setup, disks: setup.disks.filter(({ key }) => !setup.omitted.includes(key)) };
}

/** Each of its cards as Proxmox writes it, with the cable in for those of the list alone. */
export function cardsWith(config: GuestConfig, linked: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    cardsOf(config).map(({ key }) => {
      const parts = textOf(config[key])
        .split(',')
        .filter((part) => !part.startsWith('link_down='));
      return [key, [...parts, ...(linked.includes(key) ? [] : [OUT])].join(',')];
    }),
  );
}

const ADDRESS = /^([a-z][\w-]*)=(?:[\da-f]{2}:){5}[\da-f]{2}$/iu;

/** Without its own address: Proxmox gives it another one. */
export function withoutAddress(card: string): string {
  const parts = card.split(',').filter((part) => !part.startsWith('macaddr='));
  return parts.map((part) => (ADDRESS.test(part) ? (ADDRESS.exec(part)?.[1] ?? part) : part)).join(',');
}

function cardsOf(config: GuestConfig): readonly GuestCard[] {
  const keys = keysWhere(config, CARD, () => true);
  return keys.map((key) => ({ key, linked: !textOf(config[key]).split(',').includes(OUT) }));
}

/** What cloud-init reads is made anew wherever the guest is. */
function cdOf(key: string, value: string): readonly { readonly key: string; readonly storage: string }[] {
  const volume = volumeOf(value);
  const storage = storageOf(volume);
  const isCd = DRIVE.test(key) && value.split(',').includes('media=cdrom');
  return !isCd || storage === undefined || /cloudinit/u.test(volume) ? [] : [{ key, storage }];
}

function keysWhere(config: GuestConfig, form: RegExp, suits: (value: string) => boolean): readonly string[] {
  return Object.entries(config)
    .filter(([key, value]) => form.test(key) && suits(textOf(value)))
    .map(([key]) => key)
    .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
