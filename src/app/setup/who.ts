import { readFileSync, statSync } from 'node:fs';
import type { Client4 } from '@mattermost/client';
import { systemClock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import { administrator, type Administrator, type SeenAccount } from '#adapters/mattermost/administrator.ts';
import { createRest } from '#adapters/mattermost/rest.ts';
import { answered, Unfit, type Interview } from './interview.ts';

/** Whoever's token `setup` was given. */
export interface Who {
  readonly admin: Administrator;
  readonly client: Client4;
  readonly me: SeenAccount;
}

export interface TokenFrom {
  /** `-` for the standard input. */
  readonly file: string | undefined;
  /** VIGIE_ADMIN_TOKEN. */
  readonly environment: string | undefined;
  /** A bot has to be made, which only system administrators may. */
  readonly makesBot: boolean;
}

const EXPLAIN = [
  'A system administrator’s personal access token: in Mattermost, Profile → Security → Personal Access Tokens → Create.',
  'No such entry? System Console → Integrations → Integration Management → Enable Personal Access Tokens.',
  'It is used for this set-up alone and kept nowhere: revoke it afterwards.',
].join('\n');

/** A token that Mattermost takes, of somebody who may do what is to be done. */
export async function askAdministrator(interview: Interview, url: string, from: TokenFrom): Promise<Who> {
  return await answered(interview, {
    ask: "What is an administrator's access token? (it isn't shown)",
    explain: EXPLAIN,
    option: '--token-file FILE (- for the standard input)',
    given: givenToken(interview, from),
    secret: true,
    judge: (token) => accepted(url, token, from.makesBot),
  });
}

function givenToken({ say }: Interview, { file, environment }: TokenFrom): string | undefined {
  if (file === undefined) return environment === '' ? undefined : environment;
  if (file === '-') return readFileSync(0, 'utf8');
  try {
    const open = (statSync(file).mode & 0o077) !== 0;
    if (open) say(`! ${file} can be read by others than its owner: chmod 600 it, or remove it after this`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    say(`✗ ${file}: ${reasonOf(error)}`);
    return undefined;
  }
}

async function accepted(url: string, token: string, makesBot: boolean): Promise<Who> {
  if (!/^[a-z0-9]{26}$/u.test(token))
    throw new Unfit('that is no access token: Mattermost makes them of 26 small letters and digits. Copy the token, not its ID');
  const client = createRest({ url, token, clock: systemClock });
  const admin = administrator(client);
  const me = await admin.me().catch((error: unknown) => {
    if (!(error instanceof VigieError)) throw error;
    if (error.code === 'chat_token_invalid')
      throw new Unfit('Mattermost refuses this token: it was revoked, disabled, or is of another server. Make a new one');
    throw new Unfit(`Mattermost didn't say whose token this is: ${error.message}`);
  });
  if (makesBot && !me.systemAdmin)
    throw new Unfit(
      `${me.username} is no system administrator, and only those may make a bot: use a token of one (System Console → Users)`,
    );
  return { admin, client, me };
}
