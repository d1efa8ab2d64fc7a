import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { SOCKET_PATH } from '#config/socket-path.ts';
import { loadWords } from '../words.ts';
import type { Account } from './files.ts';
import type { Given } from './given.ts';
import { answered, Unfit, type Interview } from './interview.ts';
import type { Known } from './known.ts';
import { lookAround } from './look-around.ts';
import type { Findings } from './text.ts';

export interface Asked {
  readonly given: Given;
  readonly account: Account;
  readonly credentials: string;
  readonly mattermost: Findings['mattermost'];
  readonly operators: readonly string[];
  readonly known: Known | null;
}

const STATE = '/var/lib/vigie';
const LANGUAGES = ['fr', 'en'];

/** What else vigie.yaml says: asked, or seen around. Of a file that is there already nothing is asked that it says itself. */
export async function findings(interview: Interview, asked: Asked): Promise<Findings> {
  const { given, account, credentials, mattermost, operators, known } = asked;
  const state = resolve(given.state ?? STATE);
  const { locale, timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const fresh = known === null;
  const language = fresh ? await askLanguage(interview, given.language, locale.startsWith('fr') ? 'fr' : 'en') : '';
  const url = fresh ? await askCallback(interview, given.url) : null;
  const around = await lookAround(interview, { given, account, credentials, known, words: await loadWords(null) });
  return {
    language,
    timezone: timeZone,
    state,
    socket: state === STATE ? SOCKET_PATH : join(state, 'vigie.sock'),
    listen: fresh ? await freeAddress(interview) : '',
    mattermost,
    url,
    operators,
    accounts: [...new Set(['root', ...(account.name === 'vigie' ? [] : [account.name])])],
    ...around,
  };
}

async function askLanguage(interview: Interview, given: string | undefined, fallback: string): Promise<string> {
  return await answered(interview, {
    ask: 'Which language does vigie speak?',
    option: '--language',
    given,
    fallback,
    choices: LANGUAGES,
    judge(typed) {
      if (!LANGUAGES.includes(typed)) throw new Unfit(`"${typed}": vigie speaks ${LANGUAGES.join(' and ')}`);
      return typed;
    },
  });
}

async function askCallback(interview: Interview, given: string | undefined): Promise<string | null> {
  return await answered(interview, {
    ask: 'How does Mattermost reach vigie over HTTP? (https://vigie.example.org; nothing: it doesn’t)',
    explain: 'For slash commands and buttons alone: mentions and reactions do everything without it.',
    option: '--url',
    given,
    fallback: '',
    judge(typed) {
      const url = typed.replace(/\/+$/u, '');
      if (url === '') return null;
      if (!/^https?:\/\/[^/\s]+(?:\/\S*)?$/u.test(url)) throw new Unfit(`"${typed}" is no address such as https://vigie.example.org`);
      if (url.startsWith('http:')) interview.say('! over http:// whoever sits in between can read the slash tokens');
      return url;
    },
  });
}

const [FIRST_PORT, LAST_PORT] = [8_080, 8_099];

/** The usual port, or the next one that nobody has. */
async function freeAddress({ say }: Interview): Promise<string> {
  for (let port = FIRST_PORT; port <= LAST_PORT; port += 1) {
    if (!(await isFree(port))) continue;
    if (port !== FIRST_PORT) say(`! port ${FIRST_PORT} is taken on this machine: vigie listens on ${port}`);
    return `127.0.0.1:${port}`;
  }
  return `127.0.0.1:${FIRST_PORT}`;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const { promise, resolve: settle } = Promise.withResolvers<boolean>();
  server.once('error', () => settle(false));
  server.listen(port, '127.0.0.1', () => server.close(() => settle(true)));
  return await promise;
}
