import type { JsonObject } from '#kernel/json.ts';
import type { Severity } from '#domain/alert/rule.ts';
import type { Page, Pager } from '#ports/pager.ts';
import { deliver, type PagerOptions } from './deliver.ts';
import { postJson, secretsIn } from './post-json.ts';

export interface NtfyOptions extends PagerOptions {
  /** The server itself, without a topic. */
  readonly url: string;
  readonly topic: string;
  readonly token: string | null;
  /** Topics of single people, by user name. */
  readonly people: Readonly<Record<string, string>>;
}

/** ntfy's scale goes from 1 to 5, and 5 rings through "do not disturb". */
const PRIORITIES: Readonly<Record<Severity, number>> = { critical: 5, warning: 4, info: 3 };
/** Names that ntfy shows as emoji. */
const TAGS: Readonly<Record<Severity, string>> = { critical: 'rotating_light', warning: 'warning', info: 'information_source' };

/**
 * Publishes each page in ntfy's JSON form, to the topic of the person who is meant if they have one. On a public server a
 * topic's name is all that protects it: it is kept out of errors like a token.
 * Source: https://docs.ntfy.sh/publish/#publish-as-json
 */
export function createNtfy(options: NtfyOptions): Pager {
  const { name, minSeverity, url, topic, token, people } = options;
  const headers: Readonly<Record<string, string>> = token === null ? {} : { authorization: `Bearer ${token}` };
  const secrets = [...secretsIn(url), topic, ...Object.values(people), ...(token === null ? [] : [token])];
  return {
    name,
    minSeverity,
    page: (page, signal) => {
      const to = (page.person === null ? undefined : people[page.person]) ?? topic;
      return deliver(options, secrets, signal, (deadline) => postJson(url, headers, bodyOf(page, to), deadline));
    },
    close: async () => undefined,
  };
}

function bodyOf({ severity, title, text, link }: Page, topic: string): JsonObject {
  const body = { topic, title, message: text, priority: PRIORITIES[severity], tags: [TAGS[severity]] };
  return link === null ? body : { ...body, click: link };
}
