import { describe, expect, it } from 'vitest';
import {
  extensionsOf,
  isGrant,
  isLeftOut,
  largeObjectsIn,
  largeOwnerIn,
  ownersIn,
  ownersOf,
  type TocEntry,
  TocReader,
} from '#adapters/databases/postgres/toc.ts';

/** As `pg_restore -l` of PostgreSQL 15 writes it: what belongs to nobody ends with a blank. */
const LIST = [
  ';',
  '; Archive created at 2026-11-28 02:00:00 UTC',
  ';     dbname: pad',
  ';     TOC Entries: 21',
  '; Selected TOC Entries:',
  ';',
  '2; 3079 16390 EXTENSION - pgcrypto ',
  '3401; 0 0 COMMENT - EXTENSION pgcrypto ',
  '3; 3079 16395 EXTENSION - uuid-ossp ',
  '6; 2615 16400 SCHEMA - archive pad',
  '5; 2615 2200 SCHEMA - public pg_database_owner',
  '3402; 0 0 COMMENT - SCHEMA public pg_database_owner',
  '3403; 0 0 ACL - SCHEMA archive pad',
  '215; 1259 16386 TABLE public notes pad',
  '3404; 0 0 COMMENT public TABLE notes pad',
  '3405; 0 0 ACL public TABLE notes pad',
  '216; 1259 16391 MATERIALIZED VIEW public long ones wiki',
  '214; 1259 16385 SEQUENCE public notes_id_seq pad',
  '3406; 0 0 SEQUENCE OWNED BY public notes_id_seq pad',
  '3390; 0 16386 TABLE DATA public notes pad',
  '3407; 0 0 SEQUENCE SET public notes_id_seq pad',
  '3240; 2606 16394 FK CONSTRAINT public notes of_note pad',
  '3391; 0 16391 MATERIALIZED VIEW DATA public long ones wiki',
  '2080; 826 16399 DEFAULT ACL public DEFAULT PRIVILEGES FOR TABLES postgres',
  '3400; 0 0 BLOBS - BLOBS ',
  '',
].join('\n');

/** @param piece bytes that come at once */
function tocOf(list: string, piece = 50): readonly TocEntry[] {
  const reader = new TocReader();
  const bytes = Buffer.from(list);
  for (let at = 0; at < bytes.length; at += piece) reader.add(bytes.subarray(at, at + piece));
  return reader.end();
}

const toc = tocOf(LIST);

describe("an archive's table of contents", () => {
  it('has a line for each thing, to be given back as it was', () => {
    expect(toc.map(({ line }) => line)).toEqual(LIST.split('\n').filter((line) => /^\d/u.test(line)));
    expect(tocOf('')).toEqual([]);
  });

  it.each([1, 7, 10_000])('is the same however it comes: %i bytes at once', (piece) => {
    expect(tocOf(`${LIST}9; 1259 7 TABLE public été pad\n`, piece)).toEqual([...toc, expect.objectContaining({ rest: 'public été pad' })]);
  });

  it('tells the kinds apart, also of several words', () => {
    const kindOf = (id: number): string | undefined => toc.find(({ line }) => line.startsWith(`${id};`))?.kind;
    expect([215, 3390, 216, 3391, 214, 3406, 3407, 3240].map(kindOf)).toEqual([
      'TABLE',
      'TABLE DATA',
      'MATERIALIZED VIEW',
      'MATERIALIZED VIEW DATA',
      'SEQUENCE',
      'SEQUENCE OWNED BY',
      'SEQUENCE SET',
      'FK CONSTRAINT',
    ]);
    expect(toc.find(({ kind }) => kind === 'MATERIALIZED VIEW')?.rest).toBe('public long ones wiki');
  });

  it('says what each needs, and has nothing of the archive itself', () => {
    const LISTED = [
      '3400; 0 0 ENCODING - ENCODING ',
      '3403; 1262 16385 DATABASE - pad pad',
      ';\tdepends on: 1 2',
      '3404; 0 0 COMMENT - DATABASE pad pad',
      '224; 1255 16390 FUNCTION public tight(integer) pad',
      '301; 2613 16400 BLOB - 16400 pad',
      '302; 2613 16401 BLOB - 16401 pad',
      ';\tdepends on: 301',
      '3406; 0 0 COMMENT public FUNCTION tight(x integer) pad',
      ';\tdepends on: 224 9',
      '',
    ];
    const read = tocOf(LISTED.join('\n'), 7).map(({ id, kind, needs }) => ({ id, kind, needs }));
    expect(read).toEqual([
      { id: 224, kind: 'FUNCTION', needs: [] },
      { id: 301, kind: 'BLOB', needs: [] },
      { id: 3406, kind: 'COMMENT', needs: [224, 9] },
    ]);
  });

  it('names its extensions', () => {
    expect(extensionsOf(toc)).toEqual(['pgcrypto', 'uuid-ossp']);
  });

  it('keeps rights on single things for the end', () => {
    expect(toc.filter(isGrant).map(({ rest }) => rest)).toEqual(['- SCHEMA archive pad', 'public TABLE notes pad']);
  });

  it('leaves out what nobody but a superuser may restore, and no other comment', () => {
    expect(toc.filter(isLeftOut).map(({ rest }) => rest)).toEqual([
      '- EXTENSION pgcrypto ',
      'public DEFAULT PRIVILEGES FOR TABLES postgres',
    ]);
  });

  it('names the owners, whoever owns the most first, and nobody of the server itself', () => {
    expect(ownersOf(toc)).toEqual(['pad', 'wiki']);
    expect(ownersOf([])).toEqual([]);
  });

  describe('of many large objects', () => {
    const LARGE = ['301; 2613 16400 BLOB - 16400 pad', '302; 2613 16401 BLOB - 16401 pad', '303; 2613 16402 BLOB - 16402 a reader', '304; 2613 16403 BLOB - 16403 pad', '305; 2613 0 BLOB METADATA - 16410..16499 wiki', '306; 0 0 ACL - LARGE OBJECT 16400 pad', '307; 0 0 ACL - LARGE OBJECT 16401 pad', '308; 0 0 BLOBS - BLOBS ']; // prettier-ignore
    const found = tocOf(LARGE.join('\n'));

    it('is one entry for those of one owner that follow each other, and gives back each line', () => {
      expect(found.map(({ kind, many }) => [kind, many])).toEqual([['BLOB', 2], ['BLOB', 1], ['BLOB', 1], ['BLOB METADATA', 1], ['ACL', 2], ['BLOBS', 1]]); // prettier-ignore
      expect(found.map(({ line }) => line).join('\n')).toBe(LARGE.join('\n'));
      expect(found.filter(isGrant)).toHaveLength(1);
    });

    it('says whose each is', () => {
      const large = found.filter((entry) => largeOwnerIn(entry) !== null);
      expect(large.map((entry) => [largeOwnerIn(entry), largeObjectsIn(entry)])).toEqual([
        ['pad', ['16400', '16401']],
        ['a reader', ['16402']],
        ['pad', ['16403']],
        ['wiki', ['16410..16499']],
      ]);
      expect(ownersOf(found, ['a reader'])).toEqual(['pad', 'a reader', 'wiki']);
    });
  });

  it('says who owned a thing, and nobody where a line can be read two ways', () => {
    const owner = ownersIn(
      tocOf(
        '1; 1259 1 TABLE public notes pad\n2; 1259 2 TABLE public two words the wiki\n3; 1255 3 FUNCTION public f(a, b) pad\n4; 1259 4 TABLE public a b\n5; 1259 5 TABLE public a c',
      ),
    );
    expect(owner({ type: 'table', schema: 'public', tag: 'notes' })).toBe('pad');
    expect(owner({ type: 'table', schema: 'public', tag: 'two words' })).toBe('the wiki');
    expect(owner({ type: 'function', schema: 'public', tag: 'f(a, b)' })).toBe('pad');
    expect(owner({ type: 'table', schema: 'public', tag: 'a' })).toBeNull();
    expect(owner({ type: 'view', schema: 'public', tag: 'notes' })).toBeNull();
  });

  it('leaves a comment on a schema whose name begins like public', () => {
    const comment = '3402; 0 0 COMMENT - SCHEMA public_old pad';
    expect(tocOf(comment).filter(isLeftOut)).toEqual([]);
  });
});
