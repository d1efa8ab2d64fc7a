import { describe, expect, it } from 'vitest';
import type { Json } from '#kernel/json.ts';
import type { SearchScene } from './search-scene.ts';

const QUERY_STRINGS: readonly (readonly [text: string, count: number])[] = [
  ['*', 48],
  ['log.level:error', 12],
  ['log.level:error AND host.name:pica01', 4],
  ['log.level:error OR host.name:pica01', 24],
  ['log.level:error host.name:pica01', 24],
  ['NOT log.level:error', 36],
  ['-log.level:error', 36],
  ['+host.name:pica01 -log.level:error', 12],
  ['host.name:pica01 AND NOT log.level:error', 12],
  ['host.name:(pica01 OR pica02)', 32],
  ['host.name:(pica01 pica02) AND slow:true', 0],
  ['host.name:("pica01" "pica02") AND slow:true', 8],
  ['host.name:(pica01 pica0?)', 32],
  ['message:(job refused) AND slow:true', 12],
  ['pica01 pica02', 0],
  ['connection upstream', 24],
  ['word\\:colon', 0],
  ['(host.name:pica01 OR host.name:pica02) AND log.level:(error OR warning)', 16],
  ['host.name:pica01 OR host.name:pica02 AND log.level:error', 4],
  ['host.name:pica*', 32],
  ['host.name:pica0?', 32],
  ['host.name:"pica01"', 16],
  ['host.name:/pica0[12]/', 32],
  ['http.response.status_code:500', 9],
  ['http.response.status_code:[500 TO 599]', 18],
  ['http.response.status_code:{500 TO 599]', 9],
  ['http.response.status_code:[500 TO *]', 18],
  ['http.response.status_code:>=500', 18],
  ['http.response.status_code:>500', 9],
  ['http.response.status_code:(>=400 AND <500)', 10],
  ['@timestamp:[2026-11-02 TO 2026-11-02]', 24],
  ['@timestamp:>="2026-11-02T23:00:00Z"', 1],
  ['_exists_:system.cpu.total.norm.pct', 38],
  ['NOT _exists_:system.cpu.total.norm.pct', 10],
  ['system.cpu.total.norm.pct:*', 38],
  ['message:refused', 12],
  ['message:"connection refused"', 12],
  ['message:"refused connection"', 0],
  ['message:(job AND refused)', 0],
  ['message:(job OR refused)', 24],
  ['message:upstream', 12],
  ['message:UPSTR*', 12],
  ['slow:true', 12],
  ['refused', 12],
  ['pica01', 16],
  ['"no space left"', 12],
  ['user.name:Élodie', 1],
  ['tags:prod && tags:n1', 8],
  ['no.such.field:x', 0],
];

const MALFORMED: readonly string[] = ['host.name:(pica01', 'AND log.level:error', 'a:[1 TO', 'host.name:"pica01', 'log.level:error)'];

/** What queries find. */
export function queryCases({ ids, found, refusal }: SearchScene): void {
  const count = async (query: Json): Promise<number> => (await ids('contract-logs', query)).length;

  describe('queries', () => {
    it('match everything by default', async () => {
      expect(await count({ match_all: {} })).toBe(48);
      expect(await count({ bool: {} })).toBe(48);
      expect(await count({ match_none: {} })).toBe(0);
    });

    it('find a term as it is, in objects, dotted names and lists alike', async () => {
      expect(await count({ term: { 'host.name': 'pica01' } })).toBe(16);
      expect(await count({ term: { 'host.name': { value: 'pica01' } } })).toBe(16);
      expect(await count({ term: { 'host.name': 'Pica01' } })).toBe(0);
      expect(await count({ term: { 'host.name': 'pica' } })).toBe(0);
      expect(await count({ term: { tags: 'n0' } })).toBe(8);
      expect(await ids('contract-odd', { term: { 'deep.x': 'two' } })).toEqual(['list']);
    });

    it('find numbers, truth and dates by terms, however they are written', async () => {
      expect(await count({ term: { 'http.response.status_code': 500 } })).toBe(9);
      expect(await count({ term: { 'http.response.status_code': '500' } })).toBe(9);
      expect(await count({ term: { slow: true } })).toBe(12);
      expect(await count({ term: { slow: 'false' } })).toBe(36);
      expect(await ids('contract-logs', { term: { '@timestamp': '2026-11-01T03:00:00Z' } })).toEqual(['doc-03']);
      expect(await count({ term: { '@timestamp': '2026-11-01' } })).toBe(24);
    });

    it('find the words of a text by terms, in small letters', async () => {
      expect(await count({ term: { message: 'upstream' } })).toBe(12);
      expect(await count({ term: { message: 'Upstream' } })).toBe(0);
      expect(await count({ term: { 'message.keyword': 'connection refused by database' } })).toBe(12);
    });

    it('find any of several terms', async () => {
      expect(await count({ terms: { 'host.name': ['pica01', 'monitoring', 'nobody'] } })).toBe(32);
      expect(await count({ terms: { 'http.response.status_code': [404, '503'] } })).toBe(19);
      expect(await count({ terms: { 'host.name': [] } })).toBe(0);
    });

    it('find no term longer than a keyword may be, and one that just fits', async () => {
      expect(await ids('contract-odd', { term: { word: 'h'.repeat(1025) } })).toEqual([]);
      expect(await ids('contract-odd', { term: { other: 'h'.repeat(1024) } })).toEqual(['huge']);
      expect((await found('contract-odd', { query: { ids: { values: ['huge'] } }, _source: ['word'] })).hits[0]?.source).toEqual({
        word: 'h'.repeat(1025),
      });
    });

    it('find the empty text', async () => {
      expect(await ids('contract-odd', { term: { word: '' } })).toEqual(['timeless']);
    });

    it('tell what exists: not null, not an empty list, but any field of an object', async () => {
      expect(await ids('contract-odd', { bool: { must_not: { exists: { field: 'n' } } } })).toEqual(['empty']);
      expect(await ids('contract-odd', { exists: { field: 'deep' } })).toEqual(['list']);
      expect(await ids('contract-odd', { bool: { must_not: { exists: { field: 'word' } } } })).toEqual(['empty', 'huge']);
      expect(await count({ exists: { field: 'system.cpu' } })).toBe(38);
      expect(await count({ exists: { field: 'note' } })).toBe(0);
      expect(await count({ exists: { field: 'no.such' } })).toBe(0);
    });

    it('find ranges of numbers, open and closed', async () => {
      expect(await count({ range: { 'http.response.status_code': { gte: 404, lt: 503 } } })).toBe(19);
      expect(await count({ range: { 'http.response.status_code': { gt: 404, lte: 503 } } })).toBe(18);
      expect(await count({ range: { 'http.response.status_code': { gte: '500' } } })).toBe(18);
      expect(await ids('contract-odd', { range: { n: { lt: 0 } } })).toEqual(['day']);
      expect(await ids('contract-odd', { range: { n: { gt: 3, lt: 5 } } })).toEqual(['list']);
    });

    it('find ranges of words', async () => {
      expect(await count({ range: { 'host.name': { gte: 'pica', lt: 'pica02' } } })).toBe(16);
      expect(await ids('contract-odd', { range: { word: { gt: 'a', lte: 'b c' } } })).toEqual(['day', 'signs']);
    });

    it('find ranges of time, written as ISO, with an offset or as milliseconds', async () => {
      expect(await count({ range: { '@timestamp': { gte: '2026-11-02T00:00:00Z' } } })).toBe(24);
      expect(await count({ range: { '@timestamp': { gte: '2026-11-02T01:00:00+01:00', lt: '2026-11-02T02:00:00+01:00' } } })).toBe(1);
      expect(await count({ range: { '@timestamp': { gte: Date.UTC(2026, 10, 2), lt: Date.UTC(2026, 10, 2, 6) } } })).toBe(6);
      expect(await count({ range: { '@timestamp': { gte: String(Date.UTC(2026, 10, 2)), format: 'epoch_millis' } } })).toBe(24);
      expect(await count({ range: { '@timestamp': { gte: Date.UTC(2026, 10, 2) / 1000, format: 'epoch_second' } } })).toBe(24);
      expect(await count({ range: { '@timestamp': { gte: '02/11/2026 22:00', format: 'dd/MM/yyyy HH:mm' } } })).toBe(2);
    });

    it('read a day as its first moment or as its last, whichever the bound means', async () => {
      expect(await count({ range: { '@timestamp': { gte: '2026-11-01', lte: '2026-11-01' } } })).toBe(24);
      expect(await count({ range: { '@timestamp': { gt: '2026-11-01' } } })).toBe(24);
      expect(await count({ range: { '@timestamp': { lt: '2026-11-02' } } })).toBe(24);
    });

    it('read a month as its first day, its end too', async () => {
      expect(await count({ range: { '@timestamp': { gte: '2026-11', lte: '2026-11' } } })).toBe(24);
    });

    it('read a day in a zone', async () => {
      expect(await count({ range: { '@timestamp': { gte: '2026-11-02', time_zone: 'Europe/Paris' } } })).toBe(25);
      expect(await count({ range: { '@timestamp': { gte: '2026-11-02', time_zone: '-05:00' } } })).toBe(19);
    });

    it('calculate with dates', async () => {
      expect(await count({ range: { '@timestamp': { gte: '2026-11-02T12:34:56||/h' } } })).toBe(12);
      expect(await count({ range: { '@timestamp': { gte: '2026-11-02T12:34:56||-1d/d', lt: '2026-11-02||+6h' } } })).toBe(30);
      expect(await count({ range: { '@timestamp': { lte: '2026-11-01T12:34:56||/d' } } })).toBe(24);
      expect(await count({ range: { '@timestamp': { gte: '2026-12-31||-2M+1d/M' } } })).toBe(48);
    });

    it('know what now is', async () => {
      expect(await count({ range: { '@timestamp': { gte: 'now-100y', lt: 'now+100y/d' } } })).toBe(48);
      expect(await count({ range: { '@timestamp': { lt: 'now-100y' } } })).toBe(0);
    });

    it('see the milliseconds of a date, whatever its form', async () => {
      expect(await ids('contract-odd', { term: { '@timestamp': '2026-11-02T12:00:00.500Z' } })).toEqual(['offset']);
      expect(
        await ids('contract-odd', { range: { '@timestamp': { gte: '2026-11-02T12:00:00Z', lt: '2026-11-02T12:00:00.500Z' } } }),
      ).toEqual(['millis']);
      expect(await ids('contract-odd', { range: { '@timestamp': { gte: '2026-11-02', lt: '2026-11-02T00:00:00.001Z' } } })).toEqual([
        'day',
      ]);
      expect(await ids('contract-odd', { range: { '@timestamp': { gt: '2026-11-02T13:00:00Z', lte: '2026-11-02' } } })).toEqual(['nanos']);
    });

    it('find beginnings, wildcards and regular expressions over the whole value', async () => {
      expect(await count({ prefix: { 'host.name': 'pica' } })).toBe(32);
      expect(await count({ prefix: { 'host.name': { value: 'PICA', case_insensitive: true } } })).toBe(32);
      expect(await count({ wildcard: { 'host.name': '*i*0?' } })).toBe(32);
      expect(await count({ wildcard: { 'host.name': { value: 'pica' } } })).toBe(0);
      expect(await count({ regexp: { 'host.name': 'pica0[0-9]' } })).toBe(32);
      expect(await count({ regexp: { 'host.name': 'ica.*' } })).toBe(0);
      expect(await count({ regexp: { 'host.name': '^pica01$' } })).toBe(0);
      expect(await ids('contract-odd', { wildcard: { word: 'a\\*b\\?c*' } })).toEqual(['signs']);
      expect(await ids('contract-odd', { regexp: { word: 'a\\*.+' } })).toEqual(['signs']);
    });

    it('find words of a text by wildcards', async () => {
      expect(await count({ wildcard: { message: 'refus*' } })).toBe(12);
      expect(await count({ prefix: { message: 'upstr' } })).toBe(12);
    });

    it('match any word of a text, or all of them', async () => {
      expect(await count({ match: { message: 'Refused UPSTREAM' } })).toBe(24);
      expect(await count({ match: { message: { query: 'refused upstream', operator: 'and' } } })).toBe(0);
      expect(await count({ match: { message: { query: 'refused by nobody', minimum_should_match: 2 } } })).toBe(12);
      expect(await count({ match: { message: "can't" } })).toBe(12);
      expect(await count({ match: { message: '' } })).toBe(0);
      expect(await count({ match: { 'host.name': 'pica01' } })).toBe(16);
      expect(await count({ match: { 'host.name': 'pica01 pica02' } })).toBe(0);
      expect(await count({ match: { 'http.response.status_code': 500 } })).toBe(9);
    });

    it('match a phrase in its order', async () => {
      expect(await count({ match_phrase: { message: 'refused by Database' } })).toBe(12);
      expect(await count({ match_phrase: { message: 'database refused' } })).toBe(0);
      expect(await count({ multi_match: { query: 'refused', fields: ['message', 'host.name'] } })).toBe(12);
    });

    it('join conditions', async () => {
      const pica01: Json = { term: { 'host.name': 'pica01' } };
      const error: Json = { term: { 'log.level': 'error' } };
      const slow: Json = { term: { slow: true } };
      expect(await count({ bool: { filter: [pica01, error] } })).toBe(4);
      expect(await count({ bool: { must: pica01, must_not: [error] } })).toBe(12);
      expect(await count({ bool: { should: [pica01, error] } })).toBe(24);
      expect(await count({ bool: { filter: pica01, should: [error] } })).toBe(16);
      expect(await count({ bool: { filter: pica01, should: [error], minimum_should_match: 1 } })).toBe(4);
      expect(await count({ bool: { should: [pica01, error, slow], minimum_should_match: 2 } })).toBe(8);
      expect(await count({ bool: { should: [pica01, error, slow], minimum_should_match: '-1' } })).toBe(8);
      expect(await count({ bool: { should: [pica01, error, slow], minimum_should_match: '67%' } })).toBe(8);
      expect(await count({ bool: { must_not: pica01 } })).toBe(32);
      expect(await count({ constant_score: { filter: pica01 } })).toBe(16);
    });

    it('find documents by their ids', async () => {
      expect(await ids('contract-logs', { ids: { values: ['doc-03', 'doc-99', 'doc-01'] } })).toEqual(['doc-01', 'doc-03']);
    });

    it('refuse what makes no sense', async () => {
      const refused = async (query: Json): Promise<unknown> => (await refusal('contract-logs', { query }))['status'];
      expect(await refused({ term: { a: 1, b: 2 } })).toBe(400);
      expect(await refused({ terms: { 'host.name': 'pica01' } })).toBe(400);
      expect(await refused({ range: { '@timestamp': { since: '2026' } } })).toBe(400);
      expect(await refused({ bool: { mustnot: [] } })).toBe(400);
      expect(await refused({ term: { 'http.response.status_code': 'many' } })).toBe(400);
      expect(await refused({ prefix: { 'http.response.status_code': '50' } })).toBe(400);
      expect(await refused({})).toBe(400);
    });
  });

  describe('the query language of people', () => {
    it.each(QUERY_STRINGS)('%s finds %i', async (query, expected) => {
      expect(await count({ query_string: { query } })).toBe(expected);
    });

    it('takes a default field, several, and another default operator', async () => {
      expect(await count({ query_string: { query: 'refused OR upstream', default_field: 'message' } })).toBe(24);
      expect(await count({ query_string: { query: 'refused upstream', default_field: 'message', default_operator: 'AND' } })).toBe(0);
      expect(await count({ query_string: { query: 'error', fields: ['log.level', 'message'] } })).toBe(12);
      expect(await count({ query_string: { query: 'log.level:error OR slow:true', default_operator: 'and' } })).toBe(24);
    });

    it('takes signs as they are behind a backslash', async () => {
      expect(await ids('contract-odd', { query_string: { query: 'word:"a*b?c\\\\d \\"e\\" (f) [g]"' } })).toEqual(['signs']);
      expect(await ids('contract-odd', { query_string: { query: 'word:b\\ c' } })).toEqual(['day']);
    });

    it.each(MALFORMED)('refuses %s', async (query) => {
      expect((await refusal('contract-logs', { query: { query_string: { query } } }))['status']).toBe(400);
    });
  });
}
