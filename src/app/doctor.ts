import { statfs } from 'node:fs/promises';
import { systemClock } from '#kernel/clock.ts';
import { VigieError, type Problem } from '#kernel/errors.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { isRecord, reasonOf } from '#kernel/json.ts';
import { createDirectory } from '#adapters/mattermost/directory.ts';
import { createRest } from '#adapters/mattermost/rest.ts';
import { ConfigError, type LoadedConfig } from '#config/load.ts';
import { channelsNamed, thingsNamed } from '#config/named-things.ts';
import type { Config } from '#config/schema.ts';
import type { NamedThing } from '#ports/inventory.ts';
import { createEngine } from '#messages/engine.ts';
import type { Print } from './terminal.ts';
import { lookAtChannels, lookAtNamed } from './doctor-names.ts';
import { lookAtPeople } from './doctor-people.ts';
import { absent, bad, good, type Finding, type Words } from './finding.ts';
import { loadAssets } from './assets.ts';
import { targetsNamed } from './policy-names.ts';
import { readRules } from './rules.ts';
import { readSlashTokens } from './slash-tokens.ts';
import { connectSystems } from './systems.ts';
import type { Examination } from './systems/system.ts';
import { shownFinding, summaryOf } from './shown-findings.ts';
import { foundWithin, PATIENCE_MS } from './within.ts';
import { wordsIn } from './words.ts';

export interface DoctorOptions {
  /** False: no pager is rung. */
  readonly page: boolean;
  /** One line of JSON, a list of findings, in the place of text. */
  readonly json: boolean;
}

/**
 * Asks everything that vigie depends on. Nothing is changed, but that a small file is written to each place for backups and removed again; each pager is sent a test.
 * Everything is asked at once, and nothing is waited for longer than half a minute.
 */
export async function doctor({ config, warnings }: LoadedConfig, print: Print, { page, json }: DoctorOptions): Promise<number> {
  const assets = await loadAssets();
  const { templates } = assets;
  const engine = createEngine(templates, config.timezone, () => systemClock.now());
  // All else on this terminal is English.
  const words = wordsIn(engine, 'en');
  const test = {
    title: engine.render(config.language, 'page', 'test-title', {}),
    text: engine.render(config.language, 'page', 'test', {}),
  };
  const { rules } = readRules(config, assets, { info: () => undefined, warn: () => undefined, error: () => undefined });
  const about = { config, words, page: page ? test : null, rules };
  const findings: Finding[] = warnings.map((detail) => ({ what: 'configuration', ok: false, detail }));
  const looks = Object.entries(OWN_LOOKS).map(([what, look]) =>
    foundWithin(PATIENCE_MS, what, look(config, words, { rules, entries: assets.entries })),
  );
  const named = [...thingsNamed(config), ...targetsNamed(config, assets)];
  findings.push(...(await Promise.all([...looks, lookAtSystems(about, named)])).flat());
  if (json) print(JSON.stringify(findings.map(({ what, ok, absent: none = false, detail }) => ({ what, ok, absent: none, detail }))), 0);
  else for (const line of [...findings.map(shownFinding), summaryOf(findings)]) print(line, 0);
  return findings.every(({ ok }) => ok) ? 0 : 1;
}

/** What vigie itself consists of. */
const OWN_LOOKS = { store: lookAtStore, Mattermost: lookAtMattermost, callbacks: lookAtCallbacks, people: lookAtPeople } as const;

/**
 * Everything that vigie is connected to, in its order; what a system only warns of is a finding too.
 * @param named what the configuration names of it
 */
export async function lookAtSystems(about: Examination, named: readonly NamedThing[] = []): Promise<readonly Finding[]> {
  const warned: Finding[] = [];
  const log = {
    info: () => undefined,
    error: () => undefined,
    warn: (data: object, text: string) => void warned.push(bad('log', `${text}: ${aboutWarning(data, about.words)}`)),
  };
  // A running vigie keeps its own: looking changes nothing of it.
  const facts = { fact: async () => null, remember: async () => undefined };
  const systems = await connectSystems(about.config, { clock: systemClock, log, facts });
  try {
    const unknown = foundWithin(PATIENCE_MS, 'configuration', lookAtNamed(about.config, systems.clients, named));
    return [...(await systems.doctor(about)), ...(await unknown), ...warned];
  } finally {
    // What hung when it was looked at may hang now, too.
    await Promise.race([systems.close(), systemClock.sleep(CLOSING_MS)]);
  }
}

const CLOSING_MS = 2_000;

/** What a warning is about, in words: those of the catalogue for a problem, and the names and values of all else. */
function aboutWarning(data: object, words: Words): string {
  return Object.entries(data)
    .map(([name, value]: [string, unknown]) => {
      if (value instanceof Error) return words(value);
      return isProblem(value) ? words(new VigieError(value.code, value.params)) : `${name} ${plainly(value)}`;
    })
    .join(', ');
}

function plainly(value: unknown): string {
  if (Array.isArray(value)) return value.map(plainly).join(', ');
  return isRecord(value) ? Object.values(value).map(plainly).join(' ') : String(value);
}

function isProblem(value: unknown): value is Problem {
  return isRecord(value) && typeof value['code'] === 'string' && isRecord(value['params']);
}

/** Below this, the next dump of the journal or of a copy may not fit. */
const STORE_ROOM_BYTES = 200 * 1024 * 1024;

async function lookAtStore({ state }: Config): Promise<readonly Finding[]> {
  try {
    const { bavail, bsize } = await statfs(state);
    const free = bavail * bsize;
    const room = `${Math.round(free / 1024 / 1024)} MB free in ${state}`;
    return [free < STORE_ROOM_BYTES ? bad('store', `${room}. Make room`) : good('store', room)];
  } catch (error) {
    return [bad('store', `${state}: ${reasonOf(error)}. Create it for the account that runs vigie`)];
  }
}

const SKEW_MS = 10_000;

async function lookAtMattermost(config: Config, words: Words, { rules }: { readonly rules: readonly Rule[] }): Promise<readonly Finding[]> {
  const { mattermost } = config;
  const client = createRest({ url: mattermost.url, token: mattermost.token, clock: systemClock });
  try {
    const me = await client.getMe();
    const findings = [good('Mattermost', `${mattermost.url}, as ${me.username}`)];
    if (me.roles.includes('system_admin'))
      findings.push(bad('Mattermost', `${me.username} is a system administrator. An ordinary bot is enough, and safer`));
    const directory = createDirectory(client);
    const channel = await directory.channel(mattermost.operations_channel);
    findings.push(
      channel === null
        ? bad('operations channel', `${mattermost.operations_channel} is not to be seen. Invite ${me.username} there, or name another one`)
        : good('operations channel', channel.name),
    );
    return [...findings, ...(await lookAtChannels(directory, channelsNamed(config, rules))), await lookAtClock(mattermost.url)];
  } catch (error) {
    return [bad('Mattermost', words(error))];
  }
}

async function lookAtClock(url: string): Promise<Finding> {
  const answer = await fetch(`${url}/api/v4/system/ping`, { signal: AbortSignal.timeout(5_000) });
  const skew = Math.abs(Date.parse(answer.headers.get('date') ?? '') - systemClock.now());
  if (!(skew > SKEW_MS)) return good('clock', "agrees with Mattermost's");
  return bad(
    'clock',
    `differs from Mattermost's by ${Math.round(skew / 1_000)} s: commands may seem late, and clicks forged. Check NTP on both`,
  );
}

/** Whether the address that Mattermost is given leads to a vigie. */
async function lookAtCallbacks(config: Config): Promise<readonly Finding[]> {
  const { http } = config;
  if (http.url === undefined) return [absent('callbacks', 'no http.url: mentions and reactions alone')];
  try {
    const answer = await fetch(`${http.url}/healthz`, { signal: AbortSignal.timeout(5_000) });
    if (!answer.ok) return [bad('callbacks', `${http.url} answers HTTP ${answer.status}. Does it lead to http.listen (${http.listen})?`)];
    const tokens = http.slash_tokens.length + readSlashTokens(config).length;
    return [tokens === 0 ? bad('callbacks', 'no slash command has a token here. Run vigie setup') : good('callbacks', http.url)];
  } catch (error) {
    if (error instanceof ConfigError) return [bad('slash commands', error.message)];
    return [
      bad('callbacks', `${http.url} can't be reached (${reasonOf(error)}). Is vigie running, and does the proxy lead to ${http.listen}?`),
    ];
  }
}
