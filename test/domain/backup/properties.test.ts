import { describe, expect, it } from 'vitest';
import { propertiesLost } from '#domain/backup/properties.ts';

const DUMPED = {
  owner: 'pad',
  rights: [{ to: null, right: 'CONNECT', passes: false }, { to: 'app', right: 'CONNECT', passes: true }],
  settings: [{ role: 'app', name: 'app.secret', value: 'geheim' }],
}; // prettier-ignore

describe('what belonged to a database', () => {
  it('is nothing to tell of where all of it is there', () => {
    expect(propertiesLost(DUMPED, { ...DUMPED, more: 1 })).toEqual([]);
  });

  it('is named where it is not, without its value', () => {
    const now = { owner: 'hr', rights: [DUMPED.rights[0] ?? null], settings: [] };
    expect(propertiesLost(DUMPED, now)).toEqual([
      'owner of the database',
      'rights of the database: app CONNECT',
      'settings of the database: app app.secret',
    ]);
  });

  it('is told to be unknown of a backup that has none of it, on a server that says such things', () => {
    expect(propertiesLost(null, DUMPED)).toEqual(['properties of the database: nobody had noted them']);
    expect(propertiesLost(null, null)).toEqual([]);
  });
});
