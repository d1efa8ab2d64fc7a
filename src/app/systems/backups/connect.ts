import type { BackupSettings } from '#pipeline/backup/archive.ts';
import type { BackupPlace, Place } from '#ports/places.ts';
import { keepOf, MAIN_PLACE } from '#config/backups.ts';
import type { Config } from '#config/schema.ts';
import { connectConfiguredRemote } from '../remote.ts';

export interface ConnectedBackups extends BackupSettings {
  close(): Promise<void>;
}

type BackupsConfig = NonNullable<Config['backups']>;

/** The places of the configuration, each reached when it is first used; null where none is configured. */
export async function connectConfiguredBackups(config: Config['backups']): Promise<ConnectedBackups | null> {
  if (config === undefined) return null;
  const { createDirectoryPlace } = await import('#adapters/places/create-places.ts');
  const main = createDirectoryPlace({ name: MAIN_PLACE, directory: config.directory, marker: config.marker ?? null });
  const copies = await Promise.all(Object.entries(config.copies).map(([name, copy]) => connectCopy(name, copy)));
  return {
    places: { main, copies },
    keepOf: (target) => keepOf(config, target),
    fullPercent: config.full,
    async close() {
      await Promise.all([main, ...copies.map(({ place }) => place)].map((place) => place.close()));
    },
  };
}

async function connectCopy(name: string, { age, ...where }: BackupsConfig['copies'][string]): Promise<BackupPlace> {
  const place = await connectPlace(name, where);
  if (age === undefined) return { place, sealer: null };
  const { createSealer } = await import('#adapters/places/age-sealer.ts');
  return { place, sealer: createSealer(age) };
}

async function connectPlace(name: string, { directory, marker, ssh }: Omit<BackupsConfig['copies'][string], 'age'>): Promise<Place> {
  const { createDirectoryPlace, createSftpPlace } = await import('#adapters/places/create-places.ts');
  const options = { name, directory, marker: marker ?? null };
  return ssh === undefined ? createDirectoryPlace(options) : createSftpPlace(options, await connectConfiguredRemote(ssh));
}
