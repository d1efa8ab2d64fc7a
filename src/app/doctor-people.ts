import { existsSync } from 'node:fs';
import { systemClock } from '#kernel/clock.ts';
import { createDirectory } from '#adapters/mattermost/directory.ts';
import { createRest } from '#adapters/mattermost/rest.ts';
import { openStore } from '#adapters/store/store.ts';
import { namedOf, namesOf, policyOf, roleMembersOf } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';
import { createPeople } from '#pipeline/people/people.ts';
import { readPins, type Pins } from '#pipeline/people/pins.ts';
import { roleless } from '#pipeline/people/roleless.ts';
import type { Trouble } from '#pipeline/people/trouble.ts';
import { quorums } from '#pipeline/people/quorum.ts';
import type { Assets } from './assets.ts';
import { bad, good, type Finding, type Words } from './finding.ts';
import { storeFile } from './state-folder.ts';

/** Risks that nobody could approve with the people there are, and names that lead to somebody else than they did. */
export async function lookAtPeople(config: Config, words: Words, { entries }: Pick<Assets, 'entries'>): Promise<readonly Finding[]> {
  const client = createRest({ url: config.mattermost.url, token: config.mattermost.token, clock: systemClock });
  try {
    const facts = await pinnedFacts(config);
    const people = await createPeople({
      directory: createDirectory(client),
      roles: roleMembersOf(config),
      names: namesOf(config),
      offlineForMs: 0,
      clock: systemClock,
      facts,
      tell: async () => undefined,
    });
    const found = await quorums({ policy: policyOf(config), entries }, people, 'fresh');
    return [
      ...namesFindings(people.troubles(), await readPins(facts)),
      ...(await roleless(people, namedOf(config))).map(({ name, place }) =>
        bad('names', `${name} stands in ${place} and has no role: what they ask for is refused. Give them a role, or take them out`),
      ),
      ...found.flatMap(({ of, needed, holders, possible, ruled }) => {
        // Of each rule that is well nobody needs to hear.
        if (possible && ruled) return [];
        const what = `quorum for ${of}`;
        const names = holders.join(', ');
        if (possible) return good(what, names);
        return bad(what, `needs ${needed} people, has ${holders.length} (${names}). Add people to a role that approves it`);
      }),
    ];
  } catch (error) {
    return [bad('quorum', words(error))];
  }
}

/** What a running vigie has pinned; looking changes nothing of it. */
async function pinnedFacts(config: Config) {
  const remember = async (): Promise<void> => undefined;
  if (!existsSync(storeFile(config))) return { fact: async () => null, remember };
  const store = await openStore(storeFile(config), systemClock, 'shared');
  const pins = await store.cursors.fact('pins');
  await store.close();
  return { fact: async (name: string) => (name === 'pins' ? pins : null), remember };
}

/** Names that lead to somebody else than they did. */
function namesFindings(troubles: readonly Trouble[], pins: Pins): readonly Finding[] {
  const pinned = [...pins.values()].map(({ kind, name, id }) => `${kind === 'user' ? '@' : '~'}${name} is ${id}`);
  if (troubles.length === 0) return [good('names', pinned.length === 0 ? 'none pinned yet: vigie has not run' : pinned.join(', '))];
  return troubles.map((trouble) => bad('names', wordsOf(trouble)));
}

function wordsOf(trouble: Trouble): string {
  const { name } = trouble;
  switch (trouble.kind) {
    case 'name-taken':
      return `${name} is the name of another account now (${trouble.found}), which has no role. If that is meant: vigie people confirm ${name}`;
    case 'channel-moved':
      return `${name} is another channel now (${trouble.found}), which gives nobody a role. If that is meant: vigie people confirm ${name}`;
    case 'channel-ambiguous':
      return `several teams have a channel ${name} (${trouble.teams}), so it gives nobody a role. Write team/${name}`;
    case 'group-not-synchronised':
      return `the group ${name} is not synchronised from a directory (${trouble.source}). Its members may add others. Name people or a private channel`;
    case 'user-unseen':
      return `nobody is called ${name}. Whoever takes that name first has what it gives. Correct it, or take it out until the account is there`;
    case 'group-unseen':
      return `there is no group ${name}, so it gives nobody a role. Correct it, or have the directory synchronised`;
    case 'channel-unseen':
      return `vigie sees no channel ${name}, so it gives nobody a role. If it is private, invite vigie there`;
    case 'channel-public':
      return `anybody may join the channel ${name}, so it gives nobody a role. Name a private one`;
    default:
      return trouble satisfies never;
  }
}
