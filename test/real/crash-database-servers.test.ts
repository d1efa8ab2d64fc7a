import { afterAll, describe, expect, it } from 'vitest';
import { serverPointsToTry } from '#test/crash/points.ts';
import { playOnServer, ROWS } from '#test/crash/restore-on-server.ts';
import { type SchemaServer, startSchemaServer } from '#test/schemas/server.ts';

const OBJECTS = { postgres: ['view public.seen'], mariadb: ['procedure count_notes', 'view seen'] } as const;

for (const engine of ['postgres', 'mariadb'] as const) {
  const server: SchemaServer = await startSchemaServer(engine);
  afterAll(() => server.close());

  for (const story of ['restore', 'undo'] as const) {
    /** Every write of the journal and every change of state, found by watching a story that nobody disturbs. */
    const { points } = await playOnServer(server, story, null);

    describe(`vigie killed during the ${story} of a database on a real ${engine}`, () => {
      it('writes its steps before and after their effect', () => {
        for (const step of story === 'restore' ? ['safety', 'load', 'swap'] : ['swap'])
          expect(points).toEqual(expect.arrayContaining([`begin:${step}:after`, `finish:${step}:before`]));
      });

      it.each(serverPointsToTry(points))('at %s ends the story right', async (point) => {
        const end = await playOnServer(server, story, point);
        expect(end).toMatchObject({
          died: true,
          state: 'succeeded',
          locks: [],
          audit: { broken: null },
          service: { replicas: 2, running: 2 },
        });
        expect(end.rows).toEqual(story === 'restore' ? ROWS : { notes: 5 });
        expect(end.names).toEqual(['pad', expect.stringMatching(story === 'restore' ? /^pad_vigie_old_/u : /^pad_vigie_undone_/u)]);
        expect(end.defined.toSorted()).toEqual(OBJECTS[engine]);
      });
    });
  }
}
