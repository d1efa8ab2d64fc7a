import type { Path } from './schema-walk.ts';

/** What a check that spans several keys finds, and where. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
}
