import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { meaningsOf } from '#domain/alert/evaluate/meant-fields.ts';
import { rule } from '../builders.ts';

const FIELD = 'host.name';
const meant = (...filter: readonly JsonObject[]): string => [...new Set(meaningsOf(rule({ filter }), FIELD))].join(' ');
const text = (query: string): JsonObject => ({ query_string: { query } });

describe('how a filter means a field', () => {
  it.each<readonly [string, JsonObject]>([
    ['', { term: { event: 'work' } }],
    // Its name in a value, or in a longer name, is another thing.
    ['', { match: { message: 'the host.name is wrong' } }],
    ['', { term: { 'host.name.keyword': 'pica01' } }],
    ['presence', { exists: { field: 'host.name' } }],
    ['presence', { exists: { field: 'host' } }],
    ['presence', { bool: { must_not: [{ exists: { field: 'host.name' } }] } }],
    ['value', { bool: { should: [{ term: { 'host.name': 'pica01' } }, { term: { 'host.name': 'pica02' } }] } }],
    ['value', { terms: { 'host.name': ['pica01'] } }],
    ['value', { prefix: { 'host.name': 'pica' } }],
    ['order', { range: { 'host.name': { gte: 'pica01' } } }],
    ['mapping', { match: { 'host.name': 'pica01' } }],
    ['mapping', { nested: { path: 'host', query: { exists: { field: 'host.name' } } } }],
    ['mapping', { script: { script: "doc['host.name'].size() > 0" } }],
    ['mapping', { multi_match: { query: 'pica01' } }],
    ['mapping', text('refused')],
    ['mapping', text('log.level: error AND refused')],
    ['mapping', text('host.name: pica01')],
    ['mapping', text('host.\\*: pica01')],
    ['mapping', text('_exists_: host.name')],
    ['mapping', text('log.level: (error OR (fatal OR panic)) refused')],
    ['', text('log.level: error')],
    ['', text('log.level:(error OR fatal) AND NOT message:"host.name: pica01" || code:[500 TO 599]')],
  ])('%s: %j', (meaning, query) => {
    expect(meant(query)).toBe(meaning);
  });
});
