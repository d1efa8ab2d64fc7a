import { existsSync, readFileSync, renameSync } from 'node:fs';
import { systemClock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { administrator, type SeenAccount } from '#adapters/mattermost/administrator.ts';
import { createRest } from '#adapters/mattermost/rest.ts';
import { writeSecret, type Account } from './files.ts';
import { answered, Stop, Unfit, type Interview } from './interview.ts';
import type { Other, Place } from './place.ts';
import type { Who } from './who.ts';

export interface BotWanted {
  readonly url: string;
  /** Where its token is kept. */
  readonly tokenFile: string;
  readonly account: Account;
  readonly name: string | undefined;
}

/** The bot's account and its token; what is there and works is left alone. */
export async function ensureBot(interview: Interview, who: Who, wanted: BotWanted): Promise<SeenAccount> {
  const { say } = interview;
  const kept = await botOfFile(wanted);
  if (kept !== null) {
    say(`= ${wanted.tokenFile} is ${kept.username}'s token, and works`);
    warnOf(kept, say);
    return kept;
  }
  const bot = await answered(interview, {
    ask: 'What is the bot called?',
    explain: 'People write @NAME to it.',
    option: '--bot',
    given: wanted.name,
    fallback: 'vigie',
    judge: (name) => botNamed(interview, who, name.replace(/^@/u, '').toLowerCase()),
  });
  setAside(wanted.tokenFile, say);
  writeSecret(wanted.tokenFile, await who.admin.createToken(bot.id), wanted.account);
  say(`✓ a token of ${bot.username} in ${wanted.tokenFile}, for ${wanted.account.name} alone`);
  return bot;
}

/** @returns null where there is no token, or a dead one. @throws Stop for a token of somebody else */
async function botOfFile({ url, tokenFile }: BotWanted): Promise<SeenAccount | null> {
  if (!existsSync(tokenFile)) return null;
  const token = readFileSync(tokenFile, 'utf8').trim();
  const own = administrator(createRest({ url, token, clock: systemClock }));
  const me = await own.me().catch((error: unknown) => {
    if (error instanceof VigieError && error.code === 'chat_token_invalid') return null;
    throw error;
  });
  if (me !== null && !me.bot)
    throw new Stop(`${tokenFile} is a token of ${me.username}, who is a person and no bot: move the file away, then run this again`);
  return me;
}

/** A dead token is of no use to anybody; it is kept all the same. */
function setAside(path: string, say: (line: string) => void): void {
  if (!existsSync(path)) return;
  renameSync(path, `${path}.refused`);
  say(`! Mattermost refuses the token in ${path}: it was moved to ${path}.refused, and a new one is made`);
}

async function botNamed({ say }: Interview, { admin }: Who, name: string): Promise<SeenAccount> {
  if (!/^[a-z][a-z0-9._-]{2,21}$/u.test(name)) throw new Unfit(`"${name}" is no user name: 3 to 22 small letters, digits, dots and -`);
  const there = await admin.account(name);
  if (there === null) {
    const made = await createdBot(admin, name);
    say(`✓ the bot account ${name} made: an ordinary member, without special rights`);
    return made;
  }
  if (!there.bot) throw new Unfit(`${name} is the account of a person: choose another name for the bot`);
  if (!there.active) throw new Unfit(`the bot ${name} is disabled: enable it (Integrations → Bot Accounts), or choose another name`);
  say(`= the bot account ${name} is there`);
  warnOf(there, say);
  return there;
}

async function createdBot(admin: Who['admin'], name: string): Promise<SeenAccount> {
  try {
    return await admin.createBot(name);
  } catch (error) {
    if (!(error instanceof VigieError) || error.code !== 'chat_refused') throw error;
    if (error.params['id'] === 'api.bot.create_disabled')
      throw new Stop(
        'Mattermost makes no bots: switch on System Console → Integrations → Bot Accounts → Enable Bot Account Creation, then run this again',
      );
    throw new Stop(`Mattermost refused to make the bot ${name} (${String(error.params['id'])})`);
  }
}

function warnOf({ username, systemAdmin }: SeenAccount, say: (line: string) => void): void {
  if (systemAdmin) say(`! ${username} is a system administrator. An ordinary member is enough, and safer: change its role in Bot Accounts`);
}

export interface Places {
  readonly place: Place;
  readonly others: readonly Other[];
}

/** The bot belongs to the team and to each channel that it is to speak in. */
export async function ensureMembership(interview: Interview, who: Who, bot: SeenAccount, { place, others }: Places): Promise<void> {
  const { team, channel } = place;
  const all = [{ id: channel.id, name: `${team.name}/${channel.name}`, team: team.id }, ...others];
  for (const each of all) await ensureIn(interview, who, bot, each);
}

async function ensureIn({ say }: Interview, { admin }: Who, bot: SeenAccount, { id, name, team }: Other): Promise<void> {
  const joined = [await admin.joinTeam(team, bot.id), await admin.joinChannel(id, bot.id)].includes(true);
  say(joined ? `✓ ${bot.username} added to ${name}` : `= ${bot.username} is in ${name}`);
}
