import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import { loadRules } from '#config/rules/load-rules.ts';
import { ruleDefaults } from '#config/rules/rule-defaults.ts';
import type { AlertKey } from '#domain/alert/key.ts';
import type { Look, RuleMemory } from '#domain/alert/look.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { JsonObject } from '#kernel/json.ts';
import { lookAt, type Looked } from '#pipeline/alert/look.ts';
import type { Search } from '#ports/search.ts';
import { bulk, call } from './bulk.ts';
import { borrowElasticsearch } from './keeper.ts';
import { VERSIONS, type Elasticsearch, type ElasticsearchVersion } from './server.ts';

const named = VERSIONS.filter((version) => version === process.env['LOOK_AT_VERSION']);
/** What differs between versions shows on the newest and the oldest; `LOOK_AT_VERSION` names another one. */
export const LOOKED_AT: readonly ElasticsearchVersion[] = named.length > 0 ? named : ['9.5.3', '7.17.29'];

const START = Date.UTC(2026, 10, 10, 12);
const MINUTE = 60_000;

/** A moment of the story as a document has it. @param minute minutes after its beginning */
export function at(minute: number): string {
  return new Date(START + Math.round(minute * MINUTE)).toISOString();
}

interface Looking {
  readonly memory?: RuleMemory | null;
  readonly open?: readonly AlertKey[];
  /** It may read little. */
  readonly cautious?: boolean;
}

/** A real server, indices that a story fills, and rules as files have them that look at its minutes. */
export class LookingScene {
  readonly server: Elasticsearch;
  readonly search: Search;
  readonly #folder: string;
  #files = 0;

  private constructor(server: Elasticsearch, folder: string) {
    this.server = server;
    this.search = connectSearch({ cluster: 'main', urls: [server.url], timeoutMs: 60_000 });
    this.#folder = folder;
  }

  static async open(version: ElasticsearchVersion): Promise<LookingScene> {
    const folder = await mkdtemp(join(tmpdir(), 'vigie-looking-'));
    return new LookingScene(await borrowElasticsearch(version), folder);
  }

  async close(): Promise<void> {
    await this.search.close();
    await this.server.stop();
    await rm(this.#folder, { recursive: true });
  }

  /** An index of its own for each story. */
  async filled(index: string, mappings: JsonObject, documents: readonly JsonObject[], settings: JsonObject = {}): Promise<void> {
    await call(this.server.url, 'DELETE', `/${index}?ignore_unavailable=true`);
    await call(this.server.url, 'PUT', `/${index}`, { settings: { number_of_replicas: 0, ...settings }, mappings });
    await bulk(this.server.url, index, documents);
  }

  /** @param yaml all that isn't common to the rules of a story */
  async rule(yaml: string): Promise<Rule> {
    this.#files += 1;
    const file = join(this.#folder, `rule-${this.#files}.yaml`);
    await writeFile(file, `alert: mattermost\nrealert: { minutes: 0 }\nrun_every: { minutes: 1 }\nbuffer_time: { minutes: 5 }\n${yaml}`);
    const loaded = loadRules(
      [file],
      ruleDefaults(null, () => null),
    );
    const [found] = loaded.rules;
    if (found === undefined) throw new Error(loaded.problems.join('\n'));
    return { ...found, cluster: 'main' };
  }

  /** One look of several rules at minutes of the story. */
  async outcomes(
    rules: readonly Rule[],
    [from, to]: readonly [number, number],
    { memory = null, open = [], cautious = false }: Looking = {},
  ): Promise<readonly Looked[]> {
    const span = { from: START + from * MINUTE, to: START + to * MINUTE };
    return await lookAt(
      rules.map((rule) => ({ rule, memory, span, open, cautious })),
      this.search,
    );
  }

  async look(rule: Rule, minutes: readonly [number, number], more: Looking = {}): Promise<Look> {
    const [outcome] = await this.outcomes([rule], minutes, more);
    if (outcome?.ok !== true) throw new Error(JSON.stringify(outcome));
    return outcome.look;
  }
}

/** The values of a field among the keys of what was found, each once. */
export function keysOf({ findings }: Look, field: string): readonly string[] {
  return [...new Set(findings.map(({ key }) => key[field] ?? ''))].toSorted();
}
