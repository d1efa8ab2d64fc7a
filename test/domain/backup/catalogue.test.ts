import { describe, expect, it } from 'vitest';
import { bounded, type Catalogue, catalogueFinding, changedSince, leadsAside, withoutLeft, written } from '#domain/backup/catalogue.ts';

const DUMPED = {
  'role pad': '',
  'role reader': '',
  'index public.i': 'a',
  'rights on table public.notes': 'pad=SELECT,INSERT;reader=SELECT',
  'position of public.s': '7',
  'owner of table public.notes': 'pad',
};

describe('what a dump had beside rows, and what was loaded', () => {
  it('is lost where a definition is gone or another one', () => {
    const { 'index public.i': _, ...without } = DUMPED;
    expect(catalogueFinding(DUMPED, without, null).lost).toEqual(['index public.i']);
    expect(catalogueFinding(DUMPED, { ...DUMPED, 'index public.i': 'b' }, null).lost).toEqual(['index public.i (changed)']);
  });

  it('counts each right of each role that is still there', () => {
    const loaded = { ...DUMPED, 'rights on table public.notes': 'pad=INSERT' };
    expect(catalogueFinding(DUMPED, loaded, null).lost).toEqual([
      'rights on table public.notes: pad SELECT',
      'rights on table public.notes: reader SELECT',
    ]);
    const { 'role reader': _, ...gone } = loaded;
    expect(catalogueFinding(DUMPED, gone, null).lost).toEqual(['rights on table public.notes: pad SELECT']);
  });

  it('misses no right that nobody has today', () => {
    const loaded = { ...DUMPED, 'rights on table public.notes': 'pad=SELECT,INSERT' };
    expect(catalogueFinding(DUMPED, loaded, loaded).lost).toEqual([]);
  });

  it('only differs in owners, comments, and sequences that go back', () => {
    const loaded = { ...DUMPED, 'position of public.s': '6', 'owner of table public.notes': 'hr' };
    expect(catalogueFinding(DUMPED, loaded, null)).toEqual({
      lost: [],
      differs: ['owner of table public.notes: pad → hr', 'position of public.s'],
    });
    expect(catalogueFinding(DUMPED, { ...DUMPED, 'position of public.s': '9' }, null).differs).toEqual([]);
  });

  it('says nothing of a dump that nobody looked at', () => {
    expect(catalogueFinding(null, {}, null)).toEqual({ lost: [], differs: [] });
  });

  it('is one short text where there is very much of it, and each thing is compared all the same', () => {
    const indexes = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`index public.notes_of_${index}`, `${(index * 7919) % 99_991}`] as const));
    const many: Catalogue = { ...DUMPED, ...indexes };
    const kept = bounded(many);
    expect(JSON.stringify(kept).length).toBeLessThan(JSON.stringify(many).length / 4);
    const { 'index public.notes_of_7': _, ...fewer } = many;
    expect(catalogueFinding(kept, { ...fewer, 'role later': '' }, null).lost).toEqual(['index public.notes_of_7']);
    expect(catalogueFinding(kept, { ...many, 'rights on table public.notes': 'later=SELECT;pad=SELECT,INSERT;reader=SELECT' }, null).lost).toEqual([]);
    expect(changedSince(kept, fewer)).toEqual(['index public.notes_of_7']);
    expect(bounded(DUMPED)).toBe(DUMPED);
  }); // prettier-ignore

  it('says nothing of what an older vigie kept as one hash', () => {
    expect(catalogueFinding({ 'all: index': 'a', 'role pad': '' }, DUMPED, null)).toEqual({ lost: [], differs: [] });
  });

  it('compares no definition where none was kept, and rights all the same', () => {
    const was = { 'collation public.c': '', 'rights on table public.t': '', 'cast (a AS b)': '' };
    const now = { 'collation public.c': 'a1', 'rights on table public.t': 'reader=SELECT' };
    expect(catalogueFinding(was, now, null).lost).toEqual(['cast (a AS b)']);
    expect(changedSince(was, now)).toEqual(['cast (a AS b)', 'rights on table public.t']);
  });

  it('misses each right on large objects that was dumped, whoever has it today, but for those of roles that are gone', () => {
    const was = { ...DUMPED, 'rights on large objects': 'public=SELECT of 1 (ab);reader=SELECT of 2 (cd),UPDATE of 1 (ef);gone=SELECT of 1 (ab)' };
    const now = { ...DUMPED, 'rights on large objects': 'public=SELECT of 1 (ab);reader=SELECT of 1 (ce),UPDATE of 1 (ef)' };
    expect(catalogueFinding(was, now, now).lost).toEqual(['rights on large objects: reader SELECT of 2 (cd)']);
    expect(catalogueFinding(was, DUMPED, DUMPED).lost).toEqual([
      'rights on large objects: public SELECT of 1 (ab)',
      'rights on large objects: reader SELECT of 2 (cd), UPDATE of 1 (ef)',
    ]);
  }); // prettier-ignore

  it('only differs where a table has less of its history, and has more of it by itself', () => {
    const was = { 'history of table prices': '7' };
    expect(catalogueFinding(was, { 'history of table prices': '8' }, null)).toEqual({ lost: [], differs: [] });
    expect(catalogueFinding(was, { 'history of table prices': '6' }, null).differs).toEqual(['history of table prices']);
    expect(catalogueFinding(was, {}, null).differs).toEqual(['history of table prices']);
    expect(changedSince(was, { 'history of table prices': '9' })).toEqual([]);
  });

  it('leaves what other databases lead into it with to them, but for what leads into what was put aside', () => {
    const kept = { ...DUMPED, 'reference from shop.orders: of_customer': 'a1' };
    expect(catalogueFinding(kept, DUMPED, DUMPED)).toEqual({ lost: [], differs: [] });
    expect(changedSince(kept, DUMPED)).toEqual([]);
    expect([leadsAside(kept), leadsAside(DUMPED)]).toEqual([['reference from shop.orders: of_customer'], []]);
  });

  it('compares definitions that an older vigie had written otherwise by what there is, and says so', () => {
    const now = written({ ...DUMPED, 'index public.i': 'b' });
    expect(catalogueFinding(DUMPED, now, null)).toEqual({ lost: [], differs: ['index public.i (changed)'] });
    const { 'index public.i': _, ...without } = now;
    expect(catalogueFinding(DUMPED, without, null).lost).toEqual(['index public.i']);
    expect([changedSince(DUMPED, now), changedSince(DUMPED, without)]).toEqual([[], ['index public.i']]);
    expect(catalogueFinding(written(DUMPED), now, null).lost).toEqual(['index public.i (changed)']);
    expect(catalogueFinding(bounded(written(DUMPED)), written(DUMPED), null)).toEqual({ lost: [], differs: [] });
  });

  it('tells what was changed since, but for what moves by itself', () => {
    expect(changedSince(DUMPED, { ...DUMPED, 'position of public.s': '99', 'index public.i': 'b', 'table public.more': 'c' })).toEqual([
      'index public.i',
      'table public.more',
    ]);
  });
});

describe('what was left out', () => {
  it.each([
    ['EVENT TRIGGER audit', 'event trigger audit', true],
    ['SERVER far', 'table public.server_stats', false],
    ['FUNCTION public tight(integer)', 'function public.tight(integer)', true],
    ['FUNCTION public tight(integer)', 'function public.other()', false],
    ['PUBLICATION everything', 'publication everything', true],
    ['PUBLICATION everything', 'publication some', false],
    ['OPERATOR CLASS public backwards', 'operator class public.backwards USING btree', true],
    ['PROCEDURAL LANGUAGE plperlu', 'language plperlu', true],
    ['AGGREGATE public mean(bigint)', 'function public.mean(bigint)', true],
    ['PROCEDURE public ours(integer)', 'function public.ours(integer)', true],
    ['PROCEDURE public ours(integer)', 'function public.ours(text)', false],
    ['CAST CAST (bytea AS json)', 'cast (pg_catalog.bytea AS pg_catalog.json)', true],
    ['CAST CAST (bytea AS json)', 'cast (text AS public.mood)', false],
    ['TRANSFORM TRANSFORM FOR public.hstore LANGUAGE sql', 'transform for public.hstore on language sql', true],
  ])('%s explains %s: %s', (label, key, explained) => {
    expect(withoutLeft([key], [label])).toEqual(explained ? [] : [key]);
  });
});
