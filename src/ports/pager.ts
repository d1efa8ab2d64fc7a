import type { Severity } from '#domain/alert/rule.ts';

/** Something that must reach a person outside the chat. Its words are already made. */
export interface Page {
  /** The same key twice is the same page: a second way may replace the first instead of ringing again. */
  readonly key: string;
  readonly severity: Severity;
  /** One line, plain text. */
  readonly title: string;
  /** A few lines, plain text. */
  readonly text: string;
  /** Where to look, if anywhere. */
  readonly link: string | null;
  /** User name of the person who is meant, or null for everybody. */
  readonly person: string | null;
}

/** One way out of the chat: a webhook, ntfy, e-mail. */
export interface Pager {
  /** As the configuration names it, for messages. */
  readonly name: string;
  /** Resolves once the other side took it. @throws pager_unreachable, pager_refused */
  page(page: Page, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
