import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { play } from '#test/schemas/play.ts';
import { type SchemaServer, startSchemaServer } from '#test/schemas/server.ts';
import { situationsOf, toPlay } from '#test/schemas/situations.ts';

describe.each(['postgres', 'mariadb'] as const)('what a database of %s holds comes back, and goes again', (engine) => {
  let server: SchemaServer;
  beforeAll(async () => {
    server = await startSchemaServer(engine);
  });
  afterAll(() => server?.close());

  it.each(toPlay(situationsOf(engine)))('$title', async (situation) => {
    const { left, differs, stays } = situation;
    expect(await play(server, situation)).toEqual({ left, refused: [], differs, stays, undone: [] });
  });
});
