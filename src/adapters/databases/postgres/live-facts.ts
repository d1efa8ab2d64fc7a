import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { DEFAULT_RIGHTS } from './default-rights.ts';
import { LARGE_OBJECTS, type LargeOwners } from './large-objects.ts';
import { askLive } from './live.ts';
import { OWNED } from './owners.ts';
import { rows } from './psql.ts';
import { SERVER_RIGHTS } from './server-rights.ts';

const fact = z.discriminatedUnion('kind', [OWNED.row, LARGE_OBJECTS.row, DEFAULT_RIGHTS.row, SERVER_RIGHTS.row]);
type Fact = z.infer<typeof fact>;

/** What the live database has and no dump says, in one question. Nothing, where it isn't there or lets nobody in. @param beside the database that is to be like it */
export async function liveFacts(server: Server, beside: string, large: LargeOwners, signal?: AbortSignal) {
  const sql = [OWNED.sql, LARGE_OBJECTS.sql(large), DEFAULT_RIGHTS.sql, SERVER_RIGHTS.sql].join('\n');
  const found = await askLive<readonly Fact[], readonly Fact[]>(server, { beside, none: [] }, (live) =>
    rows(server, live, { sql, row: fact }, signal),
  );
  return {
    owned: found.filter((each) => each.kind === 'owned'),
    large: found.filter((each) => each.kind === 'large'),
    defaults: found.filter((each) => each.kind === 'default'),
    rights: found.flatMap((each) => (each.kind === 'right' ? [each.sql] : [])),
  };
}
