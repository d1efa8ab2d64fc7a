import { describe, expect, it } from 'vitest';
import { bounded, catalogueFinding, changedSince, withoutLeft } from '#domain/backup/catalogue.ts';

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

  it('is one entry a kind where there is very much of it, and still tells that something differs', () => {
    const many = Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`index public.i${index}`, 'x'] as const));
    expect(Object.keys(bounded(many))).toEqual(['all: index']);
    const { 'index public.i7': _, ...fewer } = many;
    expect(catalogueFinding(bounded(many), bounded(fewer), null).lost).toEqual(['all: index (changed)']);
    expect(bounded(DUMPED)).toBe(DUMPED);
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
  ])('%s explains %s: %s', (label, key, explained) => {
    expect(withoutLeft([key], [label])).toEqual(explained ? [] : [key]);
  });
});
