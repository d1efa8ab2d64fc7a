import { describe, expect, it } from 'vitest';
import { parseConfig } from '#config/load.ts';
import { added, CERTIFICATE, KEY_REFERENCE, problemsOf, secretFile } from './sample.ts';

const SECRET = `"\${file:${secretFile('elastic', 'abc')}}"`;
const CA = `"\${file:${secretFile('elastic-ca', CERTIFICATE)}}"`;
const SSH = `{ host: vigie@monitoring, key: "${KEY_REFERENCE}", host_key: "SHA256:${'A'.repeat(43)}" }`;
const cluster = (members: string): string => added(`elasticsearch:\n  beats: { ${members} }`);

describe('elasticsearch', () => {
  it('needs no more than an address', () => {
    expect(parseConfig(cluster('url: "http://127.0.0.1:9200"'), 'vigie.yaml').config.elasticsearch).toEqual({
      beats: { url: 'http://127.0.0.1:9200', timeout: '10s' },
    });
  });

  it('is none unless it is written', () => {
    expect(parseConfig(added(''), 'vigie.yaml').config.elasticsearch).toEqual({});
  });

  it.each([
    `url: "https://es.example.org:9200", ca: ${CA}, api_key: ${SECRET}, timeout: 5s`,
    `url: "https://es.example.org/prefix", username: vigie, password: ${SECRET}`,
    `url: "http://127.0.0.1:9200", ssh: ${SSH}, api_key: ${SECRET}`,
    `url: "http://localhost:9200", api_key: ${SECRET}`,
    `url: "http://elastic:9200", ssh: ${SSH.replace('monitoring', 'monitoring:2222')}`,
  ])('takes %s', (members) => {
    expect(problemsOf(cluster(members))).toEqual([]);
  });

  const bad: readonly (readonly [members: string, problem: string])[] = [
    ['timeout: 5s', 'elasticsearch.beats.url: is missing'],
    ['url: "127.0.0.1:9200"', 'must be an address such as http://127.0.0.1:9200'],
    ['url: "http://a:9200/"', 'must be an address such as http://127.0.0.1:9200'],
    ['url: "http://user:password@a:9200"', 'without credentials'],
    ['url: "http://a:9200", user: x', 'elasticsearch.beats.user: unknown key, did you mean username?'],
    ['url: "http://127.0.0.1:9200", api_key: written-here', 'api_key'],
    ['url: "http://127.0.0.1:9200", username: vigie', 'elasticsearch.beats: username and password go together'],
    [`url: "http://127.0.0.1:9200", password: ${SECRET}`, 'elasticsearch.beats: username and password go together'],
    [
      `url: "http://127.0.0.1:9200", api_key: ${SECRET}, username: vigie, password: ${SECRET}`,
      'takes api_key or username and password, not both',
    ],
    [`url: "http://127.0.0.1:9200", ca: ${CA}`, 'elasticsearch.beats.ca: is only for https://'],
    [`url: "http://es.example.org:9200", api_key: ${SECRET}`, 'elasticsearch.beats.url: http:// would show the credentials'],
    [`url: "http://127.0.0.1:9200", ssh: ${SSH.replace('vigie@monitoring', 'monitoring')}`, 'must be user@host or user@host:port'],
    [`url: "http://127.0.0.1:9200", ssh: ${SSH.replace('SHA256:', 'MD5:')}`, 'must be SHA256:… as'],
    ['url: "http://127.0.0.1:9200", timeout: soon', 'must be a duration such as 90s'],
  ];
  it.each(bad)('refuses %s', (members, problem) => {
    expect(problemsOf(cluster(members)).join('\n')).toContain(problem);
  });
});
