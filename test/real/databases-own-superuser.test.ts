import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { play } from '#test/schemas/play.ts';
import { type SchemaServer, startSchemaServer } from '#test/schemas/server.ts';
import { situationsOf } from '#test/schemas/situations.ts';

/** Where the application of an image may do anything: what all of them stand for. */
const PLAYED = [
  'Mobilizon: events on a map, with PostGIS',
  'Large objects, with rights and owners of their own',
  'Triggers: disabled, always, for replicas, on views, of columns, with transition tables, deferred',
  'Tables of several owners, one of whom has a blank in the name, and one who is gone',
  'A schema for extensions that the owner of all else owns, with tables beside them',
  'An event trigger',
];

const CHANGED = /^~ .*?: (-- Name: .*) → (-- Name: .*)$/u;

/** What belonged to the superuser belongs to a role of vigie's own: they may use it all the same, and nothing of a dump runs in their name. */
function butOwners(differs: readonly string[]): readonly string[] {
  return differs.filter((each) => {
    const [, was, is] = CHANGED.exec(each) ?? [];
    return was === undefined || is === undefined || was.replaceAll(/(Owner:|OWNER TO) pad\b/gu, '$1 pad_vigie_owner') !== is;
  });
}

describe('a PostgreSQL of the image whose only superuser is the application (POSTGRES_USER)', () => {
  let server: SchemaServer;
  beforeAll(async () => {
    server = await startSchemaServer('postgres', 'pad');
  });
  afterAll(() => server?.close());

  it.each(situationsOf('postgres').filter(({ title }) => PLAYED.includes(title)))('$title', async (situation) => {
    const { left, differs } = situation;
    const outcome = await play(server, situation);
    expect({ ...outcome, differs: butOwners(outcome.differs), stays: butOwners(outcome.stays) }).toEqual({
      left,
      refused: [],
      differs,
      stays: [],
      undone: [],
    });
    expect(await server.ask(`select count(*) from pg_roles where rolname like 'vigie_load_%'`)).toBe('0');
  });

  it('is asked about the situations that it names', () => {
    expect(situationsOf('postgres').filter(({ title }) => PLAYED.includes(title))).toHaveLength(PLAYED.length);
  });
});
