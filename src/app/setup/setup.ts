import { dirname, join, resolve } from 'node:path';
import type { LoadedConfig } from '#config/load.ts';
import type { Print } from '../terminal.ts';
import { ensureBot, ensureMembership } from './bot.ts';
import { askServer } from './chat-server.ts';
import { makeCommands, type HowCommands } from './commands.ts';
import { accountFor, makeFolder, textIn, writeOpen, type Account } from './files.ts';
import type { Given } from './given.ts';
import { Stop, type Asker, type Interview } from './interview.ts';
import { knownOf, type Known } from './known.ts';
import { findings } from './findings.ts';
import { askOperators, askOthers, askPlace } from './place.ts';
import { unitFor } from './unit.ts';
import { askAdministrator, type Who } from './who.ts';
import { write } from './write.ts';

export interface SetupCall {
  /** Where vigie.yaml is, or is to be. */
  readonly path: string;
  readonly given: Given;
  readonly environmentToken: string | undefined;
  /** Null: nobody is asked. */
  readonly asker: Asker | null;
  readonly print: Print;
  readonly load: (path: string) => Promise<LoadedConfig>;
}

/** From a Mattermost and an administrator's token to a vigie that can start. Run again, it does only what is missing. */
export async function setup(call: SetupCall): Promise<number> {
  try {
    return await setUp({ ...call, path: resolve(call.path) });
  } catch (error) {
    if (error instanceof Stop) return call.print(`✗ ${error.message}`, 1);
    throw error;
  }
}

/** Where systemd and Docker put secrets: nobody else writes there. */
const GUARDED = /^\/run\/(?:credentials|secrets)\//u;

async function setUp({ path, given, environmentToken, asker, print, load }: SetupCall): Promise<number> {
  const interview: Interview = { asker, say: (line) => void print(line, 0) };
  const account = accountFor(given.account);
  const credentials = join(dirname(path), 'credentials');
  if (account.uid === 0)
    interview.say(
      '! there is no account vigie: vigie would run as root. Better make one first (useradd --system vigie), and run this again',
    );
  const known = knownOf(path);
  if (known !== null) interview.say(`= ${path} is there: what it says is taken from it, and left alone`);
  makeFolder(dirname(path), 0o755, account);
  makeFolder(credentials, 0o700, account);
  const tokenFile = known === null ? join(credentials, 'mattermost_token') : known.tokenFile;
  if (tokenFile === undefined)
    throw new Stop(`${path}: mattermost.token names no file: write \${file:${join(credentials, 'mattermost_token')}}`);
  if (GUARDED.test(tokenFile) && textIn(tokenFile) === null)
    throw new Stop(`${tokenFile} is there only while vigie's unit runs: start it, then run this again`);
  const url = known?.url ?? (await askServer(interview, given.mattermost));
  const from = { file: given.tokenFile, environment: environmentToken, makesBot: textIn(tokenFile) === null };
  const who = await askAdministrator(interview, url, from);
  const place = await askPlace(interview, who, { ...given, ...placeOf(known) });
  const bot = await ensureBot(interview, who, { url, tokenFile, account, name: given.bot });
  const others = known === null || given.also !== undefined ? await askOthers(interview, who, place, given.also) : [];
  await ensureMembership(interview, who, bot, { place, others });
  const basics = { url, tokenFile, channel: `${place.team.name}/${place.channel.name}` };
  const operators = known === null ? await askOperators(interview, who, place, given.operators) : [];
  const found = await findings(interview, { given, account, credentials, mattermost: basics, operators, known });
  if (!(await write(interview, path, known, found))) return 1;
  const loaded = await load(path);
  makeFolder(loaded.config.state, 0o700, account);
  const made = await commandsOf(interview, loaded, who, { print, newTokens: given.newTokens === true });
  writeUnit(interview, path, loaded, account);
  return farewell(print, path, bot.username, made);
}

/** Of an existing file; nothing where it names the channel alone, and an option or a person has to say the team. */
function placeOf(known: Known | null): Pick<Given, 'team' | 'channel'> {
  const [, team, channel] = /^(?:([^/]+)\/)?([^/]+)$/u.exec(known?.channel ?? '') ?? [];
  return { ...(team === undefined ? {} : { team }), ...(channel === undefined ? {} : { channel }) };
}

const PRIVATE =
  '! Mattermost calls no private address until that stands in System Console → Environment → Developer → Allow untrusted internal connections to';

function isPrivate(host: string): boolean {
  return /^(?:localhost$|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[(?:::1\]|f[cd]))/u.test(host);
}

/** @returns whether all is well */
async function commandsOf({ say }: Interview, loaded: LoadedConfig, { client }: Who, how: HowCommands): Promise<boolean> {
  const { url } = loaded.config.http;
  if (url !== undefined) {
    const well = (await makeCommands(loaded, client, how)) === 0;
    if (isPrivate(new URL(url).hostname)) say(PRIVATE);
    return well;
  }
  say('= no slash commands: http.url is not set. Mentions and reactions do everything');
  return true;
}

function writeUnit({ say }: Interview, config: string, { config: { state, swarm } }: LoadedConfig, account: Account): void {
  const path = join(dirname(config), 'vigie.service');
  if (textIn(path) !== null) return say(`= ${path} is there: left alone`);
  writeOpen(path, unitFor({ config, state, account, ownDocker: swarm?.host.startsWith('unix:') === true && account.uid !== 0 }));
  say(`✓ ${path}: the systemd unit for this place`);
}

function farewell(print: Print, path: string, bot: string, well: boolean): number {
  const steps = [
    `cp ${join(dirname(path), 'vigie.service')} /etc/systemd/system/ && systemctl daemon-reload && systemctl enable --now vigie`,
    `bin/vigie doctor --config ${path}`,
  ];
  print(`✓ ${path} is in order. Next, with systemd (else: bin/vigie run --config ${path}):\n  ${steps.join('\n  ')}`, 0);
  print(`Then say "@${bot} help" in the operations channel, and revoke the administrator's token.`, 0);
  return well ? 0 : 1;
}
