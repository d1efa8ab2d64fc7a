import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { systemClock } from '#kernel/clock.ts';
import { createDirectory } from '#adapters/mattermost/directory.ts';
import { createRest } from '#adapters/mattermost/rest.ts';
import { openStore } from '#adapters/store/store.ts';
import type { LoadedConfig } from '#config/load.ts';
import { namesOf, roleMembersOf } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';
import type { Store } from '#ports/store.ts';
import { lookUpMembership, type Membership } from '#pipeline/people/membership.ts';
import { keepPins, pinKey, readPins, type Pin } from '#pipeline/people/pins.ts';
import { storeFile } from './state-folder.ts';
import type { Print } from './terminal.ts';

/**
 * `vigie people`: which account and channel each name of the configuration is pinned to; `vigie people confirm NAME`: whoever bears the name
 * now is meant. Only for whoever may read vigie's secrets and store: who may do this decides who is an operator.
 */
export async function people({ config }: LoadedConfig, words: readonly string[], print: Print): Promise<number> {
  const [verb, name, ...more] = words;
  if (verb !== undefined && (verb !== 'confirm' || name === undefined || more.length > 0))
    return print('say `vigie people`, or `vigie people confirm NAME` with a name that it lists', 2);
  const file = storeFile(config);
  if (!existsSync(file)) return print(`${file} does not exist: vigie has not run with this configuration, so nobody is pinned yet`, 1);
  const store = await openStore(file, systemClock, 'shared');
  try {
    const found = await lookAt(config, store);
    return name === undefined ? await list(store, found, print) : await confirm(store, found, name, print);
  } finally {
    await store.close();
  }
}

async function lookAt(config: Config, store: Store): Promise<Membership> {
  const { url, token } = config.mattermost;
  const directory = createDirectory(createRest({ url, token, clock: systemClock }));
  const pins = await readPins(store.cursors);
  return await lookUpMembership(directory, roleMembersOf(config), { names: namesOf(config), pins, now: systemClock.now() });
}

async function list(store: Store, { fresh, troubles }: Membership, print: Print): Promise<number> {
  for (const { kind, name, id, at } of (await readPins(store.cursors)).values())
    print(`${kind === 'user' ? '@' : '~'}${name} is ${id}, since ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`, 0);
  for (const { kind, name } of fresh) print(`${kind === 'user' ? '@' : '~'}${name} was not seen by vigie yet`, 0);
  for (const trouble of troubles) {
    if ('found' in trouble)
      print(`✗ ${trouble.name} leads to ${trouble.found} now. If that is meant: vigie people confirm ${trouble.name}`, 1);
    else if (trouble.kind === 'channel-ambiguous')
      print(`✗ several teams have a channel ${trouble.name} (${trouble.teams}): write team/${trouble.name} in vigie.yaml`, 1);
    else print(`✗ the group ${trouble.name} is not synchronised from a directory: name its people, or a private channel`, 1);
  }
  return troubles.length === 0 ? 0 : 1;
}

async function confirm(store: Store, { troubles }: Membership, name: string, print: Print): Promise<number> {
  const meant = name.replace(/^[@~]/u, '').toLowerCase();
  const trouble = troubles.find((each) => each.name.toLowerCase() === meant && 'found' in each);
  if (trouble === undefined || !('found' in trouble))
    return print(`nothing is to be confirmed for ${name}: vigie people lists the names`, 1);
  const pin: Pin = { kind: trouble.kind === 'name-taken' ? 'user' : 'channel', name: meant, id: trouble.found, at: systemClock.now() };
  await store.operations.commit({
    audit: [
      {
        kind: 'pin-confirmed',
        operation: null,
        by: `account:${userInfo().username}`,
        detail: { name: pinKey(pin), id: pin.id, before: trouble.pinned },
      },
    ],
  });
  await keepPins(store.cursors, [pin]);
  return print(`${meant} is ${pin.id} from now on`, 0);
}
