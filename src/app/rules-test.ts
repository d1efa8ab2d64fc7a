import { keyWords } from '#domain/alert/key.ts';
import { parseDuration } from '#kernel/duration.ts';
import { visibleJson } from '#kernel/visible.ts';
import { loadRules } from '#config/rules/load-rules.ts';
import { ALERTERS } from '#config/rules/refused.ts';
import { replay, type LifeEvent } from '#pipeline/alert/replay.ts';
import type { Print } from './terminal.ts';

/** The command line of `vigie rules test`, as it was typed. */
export interface RulesTest {
  readonly files: readonly string[];
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly json: boolean;
  readonly elasticsearch: string | undefined;
  readonly runEvery: string;
  readonly bufferTime: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Replays history through rules and prints the life of their alerts: a line an event, as JSON or to be read.
 * @returns 0; 1 when a rule is wrong or a search failed; 2 for the command line itself
 */
export async function rulesTest(asked: RulesTest, environment: Environment, print: Print): Promise<number> {
  const url = asked.elasticsearch ?? environment['ES_URL'];
  const span = { from: Date.parse(asked.from ?? ''), to: Date.parse(asked.to ?? '') };
  const [runEveryMs, bufferTimeMs] = [parseDuration(asked.runEvery), parseDuration(asked.bufferTime)];
  if (asked.files.length === 0) return print('vigie rules test needs a rule file, or several', 2);
  if (url === undefined || !URL.canParse(url)) return print('--elasticsearch URL, or ES_URL, says where the documents are', 2);
  if (Number.isNaN(span.from) || Number.isNaN(span.to)) return print('--from and --to are times, such as 2026-11-24T08:00:00Z', 2);
  if (span.from >= span.to) return print('--from is not before --to: nothing lies between them', 2);
  if (runEveryMs === null || bufferTimeMs === null) return print('--run-every and --buffer-time are durations, such as 90s or 15m', 2);
  const defaults = {
    runEveryMs,
    bufferTimeMs,
    clusters: [],
    kibanaUrl: null,
    checkRemedy: () => null,
    // Nothing is told to anybody here.
    takesOver: ALERTERS,
    environment: (name: string) => environment[name],
  };
  const { rules, problems } = loadRules(asked.files, defaults);
  if (problems.length > 0) return print(problems.join('\n'), 1);
  const { connectSearch } = await import('#adapters/elasticsearch/connect-search.ts');
  const { origin, username, password, pathname } = new URL(url);
  const auth = username === '' ? {} : { auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) } };
  const search = connectSearch({ cluster: 'elasticsearch', urls: [origin + pathname], ...auth });
  try {
    for await (const event of replay(
      rules.filter(({ enabled }) => enabled),
      search,
      { ...span, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    ))
      print(asked.json ? jsonLine(event) : line(event), 0);
    return 0;
  } finally {
    await search.close();
  }
}

function jsonLine({ rule, key, event, at, value, matches }: LifeEvent): string {
  return visibleJson(JSON.stringify({ rule, key, event, at: new Date(at).toISOString(), value, matches }));
}

function line({ rule, key, event, at, value }: LifeEvent): string {
  const words = [
    new Date(at).toISOString(),
    event.padEnd('resolved'.length),
    rule,
    key === null ? '' : keyWords(key),
    JSON.stringify(value),
  ];
  return words.filter((word) => word !== '').join('  ');
}
