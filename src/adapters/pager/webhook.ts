import type { Page, Pager } from '#ports/pager.ts';
import { deliver, type PagerOptions } from './deliver.ts';
import { postJson, secretsIn } from './post-json.ts';

export interface WebhookOptions extends PagerOptions {
  readonly url: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly token: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Posts each page as JSON to any address: `{"source":"vigie","key","severity","title","text","link","person"}`, where
 * `link` and `person` may be null and the same `key` is the same page again. Any 2xx answer takes it.
 */
export function createWebhook(options: WebhookOptions): Pager {
  const { name, minSeverity, url, token } = options;
  const headers = token === null ? options.headers : { ...options.headers, authorization: `Bearer ${token}` };
  const secrets = [...secretsIn(url), ...(token === null ? [] : [token]), ...Object.values(options.headers)];
  return {
    name,
    minSeverity,
    page: (page, signal) => deliver(options, secrets, signal, (deadline) => postJson(url, headers, bodyOf(page), deadline)),
    close: async () => undefined,
  };
}

function bodyOf({ key, severity, title, text, link, person }: Page) {
  return { source: 'vigie', key, severity, title, text, link, person };
}
