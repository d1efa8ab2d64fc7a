/** A finding of `doctor`: what was looked at, whether it is well, and what to do about it otherwise, in sentences of its own. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  /** Nobody configured it: neither well nor wrong. */
  readonly absent?: true;
  readonly detail: string;
}

/** The words of whatever was thrown, as a terminal shows them. */
export type Words = (thrown: unknown) => string;

export const good = (what: string, detail = ''): Finding => ({ what, ok: true, detail });
export const absent = (what: string, detail: string): Finding => ({ what, ok: true, absent: true, detail });
export const bad = (what: string, detail: string): Finding => ({ what, ok: false, detail });
