import type { Administrator, Named } from '#adapters/mattermost/administrator.ts';
import { answered, Unfit, type Interview } from './interview.ts';
import type { Given } from './given.ts';
import type { Who } from './who.ts';

/** Where vigie lives in Mattermost. */
export interface Place {
  readonly team: Named;
  readonly channel: Named;
}

/** A channel by its full name. */
export interface Other extends Named {
  readonly team: string;
}

const CHANNEL = /^[a-z0-9][a-z0-9._-]*$/u;

/** The team and the operations channel; the channel is made, private, where there is none of that name. */
export async function askPlace(interview: Interview, { admin, me }: Who, given: Given): Promise<Place> {
  const teams = (await admin.teams()).map(({ name }) => name);
  const [only] = teams;
  const team = await answered(interview, {
    ask: 'Which team does vigie work in?',
    option: '--team',
    given: given.team ?? (teams.length === 1 ? only : undefined),
    ...(teams.length > 1 ? { choices: teams } : {}),
    judge: async (name) => (await admin.team(name)) ?? unknownTeam(name, teams),
  });
  const name = await answered(interview, {
    ask: 'In which channel does it say what has no other place?',
    explain: 'The operations channel: requests, approvals and alerts stand there. It is made, private, if there is none of that name.',
    option: '--channel',
    given: given.channel,
    fallback: 'ops',
    judge: channelName,
  });
  const there = await admin.channel(team.id, name);
  if (there !== null) {
    interview.say(`= the channel ${team.name}/${name} is there${there.private ? '' : ' (public: whoever is in the team can read it)'}`);
    return { team, channel: there };
  }
  const channel = await admin.createChannel(team.id, name);
  await admin.joinChannel(channel.id, me.id);
  interview.say(`✓ the private channel ${team.name}/${name} made`);
  return { team, channel };
}

function unknownTeam(name: string, teams: readonly string[]): never {
  const known = teams.length === 0 ? 'Make one first' : `There are: ${teams.join(', ')}`;
  throw new Unfit(`there is no team "${name}" (its name as the address shows it). ${known}`);
}

function channelName(typed: string): string {
  const name = typed.replace(/^[~#]/u, '');
  if (!CHANNEL.test(name)) throw new Unfit(`"${typed}" is no name of a channel: small letters, digits and -, as its address shows it`);
  return name;
}

/** Channels that it is to be in besides: where alerts are told, and private ones that give a role, whose members it couldn't see otherwise. */
export async function askOthers(interview: Interview, { admin }: Who, { team }: Place, given?: string): Promise<readonly Other[]> {
  return await answered(interview, {
    ask: 'In which other channels is it? (names with commas between; nothing: none)',
    explain:
      'Where it listens or tells alerts, and each private channel that gives a role: it sees no members of a channel that it is not in.',
    option: '--also',
    given,
    fallback: '',
    judge: (typed) => Promise.all(wordsOf(typed).map((name) => otherChannel(admin, team, name))),
  });
}

async function otherChannel(admin: Administrator, own: Named, typed: string): Promise<Other> {
  const [, inTeam, name = ''] = /^(?:([^/]+)\/)?([^/]+)$/u.exec(typed) ?? [];
  const team = inTeam === undefined ? own : await admin.team(inTeam);
  const channel = team === null ? null : await admin.channel(team.id, channelName(name));
  if (team === null || channel === null) throw new Unfit(`there is no channel "${typed}": make it first, or leave it out`);
  return { id: channel.id, name: `${team.name}/${channel.name}`, team: team.id };
}

function wordsOf(typed: string): readonly string[] {
  return typed.split(/[\s,;]+/u).filter((word) => word !== '');
}

/** Who may ask for everything and approve it: people who are in the team; each is put into the operations channel. */
export async function askOperators(
  interview: Interview,
  { admin, me }: Who,
  { team, channel }: Place,
  given?: string,
): Promise<readonly string[]> {
  const people = await answered(interview, {
    ask: 'Who operates? User names with commas between:',
    explain: 'They may ask for everything and approve it. What is dangerous needs two of them: name at least two.',
    option: '--operators',
    given,
    fallback: me.username,
    judge: (typed) => knownPeople(admin, typed),
  });
  for (const { id, username } of people) {
    const joined = [await admin.joinTeam(team.id, id), await admin.joinChannel(channel.id, id)].includes(true);
    if (joined) interview.say(`✓ ${username} added to ${team.name}/${channel.name}`);
  }
  if (people.length < 2) interview.say('! with one operator nothing dangerous can be approved: add a second one to `roles` later');
  return people.map(({ username }) => username);
}

async function knownPeople(admin: Administrator, typed: string) {
  const names = wordsOf(typed).map((name) => name.replace(/^@/u, '').toLowerCase());
  const found = (await admin.accounts([...new Set(names)])).filter(({ bot, active }) => active && !bot);
  const unknown = names.filter((name) => !found.some(({ username }) => username === name));
  if (unknown.length > 0) throw new Unfit(`Mattermost knows no person ${unknown.join(', ')}: user names are what stands after the @`);
  if (found.length === 0) throw new Unfit('name at least one person');
  return found;
}
