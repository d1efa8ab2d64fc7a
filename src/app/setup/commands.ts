import { isDeepStrictEqual } from 'node:util';
import type { Client4 } from '@mattermost/client';
import { systemClock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import { createDirectory } from '#adapters/mattermost/directory.ts';
import { createRest } from '#adapters/mattermost/rest.ts';
import type { LoadedConfig } from '#config/load.ts';
import type { Config } from '#config/schema.ts';
import type { Template } from '#messages/templates.ts';
import type { Print } from '../terminal.ts';
import { loadAssets } from '../assets.ts';
import { readSlashTokens, slashTokensFile, writeSlashTokens, type SlashToken } from '../slash-tokens.ts';

/** Actions that have a slash command of their own, each with its hint: argument completion is reserved to plugins. */
const SHORTCUTS = ['deploy', 'rollback', 'scale', 'restart', 'services', 'releases', 'logs', 'metrics'];

interface Wanted {
  readonly trigger: string;
  readonly hint: string;
  readonly description: string;
}

export interface HowCommands {
  readonly print: Print;
  readonly newTokens: boolean;
}

/**
 * Creates `/ops` and the shortcuts in the team of the operations channel, or brings them up to date, and leaves their tokens for vigie. Running it
 * again changes nothing.
 * @param admin with the token of a team administrator
 * @param newTokens somebody has the tokens who shouldn't: those of commands that are there already are made anew
 */
export async function makeCommands({ config }: LoadedConfig, admin: Client4, { print, newTokens }: HowCommands): Promise<number> {
  const { url: callback } = config.http;
  if (callback === undefined) return print('http.url is not set: tell in vigie.yaml how Mattermost reaches vigie, then run this again', 1);
  const bot = createRest({ url: config.mattermost.url, token: config.mattermost.token, clock: systemClock });
  const channel = await createDirectory(bot).channel(config.mattermost.operations_channel);
  if (channel?.team == null) return print(`vigie's bot is no member of ${config.mattermost.operations_channel}: invite it there first`, 1);
  const { templates } = await loadAssets();
  const tokens: SlashToken[] = [];
  let refused = 0;
  for (const wanted of wantedCommands(config.mattermost.command, templates[config.language])) {
    const outcome = await ensureCommand(admin, { team: channel.team, url: `${callback}/mattermost/command`, newTokens }, wanted);
    if (typeof outcome === 'string') {
      refused += 1;
      print(`✗ /${wanted.trigger}: ${outcome}`, 0);
    } else {
      tokens.push({ command: wanted.trigger, token: outcome.token });
      print(SAID[outcome.done](wanted.trigger), 0);
    }
  }
  return keep(config, tokens, print) && refused === 0 ? 0 : 1;
}

/** Leaves the tokens where vigie looks for them; those that the configuration itself has stay there. */
function keep(config: Config, tokens: readonly SlashToken[], print: Print): boolean {
  const fresh = tokens.filter(({ token }) => !config.http.slash_tokens.includes(token));
  try {
    if (isDeepStrictEqual(readSlashTokens(config), fresh)) return true;
    writeSlashTokens(config, fresh);
    print(`✓ ${fresh.length} tokens in ${slashTokensFile(config)}: restart vigie, which reads them there`, 0);
    return true;
  } catch (error) {
    print(`✗ ${reasonOf(error)}: make ${config.state} for the account that runs vigie, then run this again`, 0);
    return false;
  }
}

function wantedCommands(main: string, templates: ReadonlyMap<string, Template>): readonly Wanted[] {
  const shortcuts = SHORTCUTS.flatMap((id) => {
    const template = templates.get(id);
    return template === undefined ? [] : [{ trigger: id, hint: template.hint ?? '', description: template.summary ?? '' }];
  });
  return [{ trigger: main, hint: 'ACTION …', description: 'vigie' }, ...shortcuts];
}

const SAID = {
  made: (trigger: string) => `✓ /${trigger} created`,
  renewed: (trigger: string) => `✓ /${trigger} has a new token`,
  left: (trigger: string) => `= /${trigger} up to date`,
};

interface Place {
  readonly team: string;
  readonly url: string;
  readonly newTokens: boolean;
}

/** @returns its token, or why it can't be had and what to do */
async function ensureCommand(
  admin: Client4,
  { team, url, newTokens }: Place,
  wanted: Wanted,
): Promise<{ readonly token: string; readonly done: keyof typeof SAID } | string> {
  try {
    const existing = (await admin.getCustomTeamCommands(team)).find((command) => command.trigger === wanted.trigger);
    if (existing !== undefined && existing.url !== url)
      return `is taken by another integration (${new URL(existing.url).host}): rename one of them`;
    const fields = {
      auto_complete: true,
      auto_complete_hint: wanted.hint,
      auto_complete_desc: wanted.description,
      display_name: 'vigie',
      description: 'vigie',
    };
    if (existing !== undefined) {
      const same = existing.auto_complete_hint === wanted.hint && existing.auto_complete_desc === wanted.description;
      const kept = same ? existing : await admin.editCommand({ ...existing, ...fields });
      if (newTokens) return { token: (await admin.regenCommandToken(existing.id)).token, done: 'renewed' };
      return { token: kept.token === '' ? existing.token : kept.token, done: 'left' };
    }
    const made = await admin.addCommand({ ...NEW, ...fields, team_id: team, trigger: wanted.trigger, url, username: 'vigie' });
    return { token: made.token, done: 'made' };
  } catch (error) {
    if (!(error instanceof VigieError) || error.code !== 'chat_refused') throw error;
    if (error.params['status'] === 403)
      return 'this token may not manage slash commands: use one of a team administrator, or grant manage_own_slash_commands';
    return `Mattermost refused (${String(error.params['id'])})`;
  }
}

/** What Mattermost fills in itself. */
const NEW = { id: '', token: '', create_at: 0, update_at: 0, delete_at: 0, creator_id: '', method: 'P' as const, icon_url: '' };
