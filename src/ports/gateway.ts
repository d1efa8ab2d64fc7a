/** A slash command, its token already checked. Whoever may read the token may have made it up: it asks, it never votes. */
export interface SlashCommand {
  /** Of the server, one a command: what came in twice is answered once. */
  readonly trigger: string;
  /** Without the slash: `ops`, or a shortcut such as `deploy`. */
  readonly command: string;
  readonly text: string;
  readonly user: string;
  readonly channel: string;
  readonly root: string | null;
  readonly direct: boolean;
}

/** A click on one of vigie's buttons, with nothing in it checked yet. */
export interface ButtonClick {
  readonly trigger: string;
  readonly user: string;
  readonly post: string;
  readonly channel: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** A command typed on vigie's own machine, by an operating-system account that was proven. */
export interface LocalCommand {
  readonly account: string;
  readonly text: string;
}

/** Says something on a terminal. @param isCode it keeps its lines as they are: a screen, a log, a table */
export type Tell = (words: string, isCode?: boolean) => void;

/** What the ways in hand on; each answers with the words for whoever asked, in Markdown. */
export interface Gateway {
  slash(command: SlashCommand): Promise<string>;
  click(click: ButtonClick): Promise<string>;
  /** Tells line after line until the operation ends or asks for somebody else. */
  local(command: LocalCommand, tell: Tell, signal: AbortSignal): Promise<{ readonly ok: boolean }>;
}

export interface HealthCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}
