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
  /** It is for pages of this severity and above; whoever calls looks at it. */
  readonly minSeverity: Severity;
  /**
   * Resolves once the other side took it, for one recipient at least. It has a deadline of its own, and tries again by
   * itself only where the connection failed. No secret stands in what it throws.
   * @throws pager_unreachable, pager_refused; or the signal's reason when it aborts
   */
  page(page: Page, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
