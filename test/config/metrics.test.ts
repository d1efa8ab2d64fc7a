import { describe, expect, it } from 'vitest';
import { parseConfig } from '#config/load.ts';
import { metricsOf } from '#config/metrics.ts';
import { added, problemsOf } from './sample.ts';

const TITLE = 'title: { en: Mails waiting, fr: Courriels en attente }';
const metric = (keys: string, name = 'queue'): string => added(`metrics:\n  ${name}: { ${keys} }`);

describe('configuration of metrics', () => {
  it('becomes what `metrics` reads', () => {
    const text = metric(`index: mail-*, field: queue.size, aggregation: max, unit: count, filter: [{ term: { beat: x } }], ${TITLE}`);
    const [queue] = metricsOf(parseConfig(text, 'vigie.yaml').config);
    expect(queue).toEqual({
      name: 'queue',
      aliases: [],
      words: { en: 'Mails waiting', fr: 'Courriels en attente' },
      readings: {
        host: {
          index: 'mail-*',
          filter: [{ term: { beat: 'x' } }],
          split: null,
          panels: [
            { title: 'queue', unit: 'count', curves: [{ part: '', source: { kind: 'value', field: 'queue.size', aggregation: 'max' } }] },
          ],
        },
        service: null,
      },
    });
  });

  it.each([
    ['rate, field: sent.total', 'counter'],
    ['count', 'events'],
    ['sum, field: sent', 'value'],
  ])('has a source for %s', (aggregation, kind) => {
    const { config } = parseConfig(metric(`index: mail-*, by: service, aggregation: ${aggregation}, ${TITLE}`), 'vigie.yaml');
    expect(metricsOf(config)[0]?.readings.service?.panels[0]?.curves[0]?.source.kind).toBe(kind);
  });

  it.each([
    ['no field', metric(`index: mail-*, ${TITLE}`), ['vigie.yaml:11:3: metrics.queue: needs a field, unless its aggregation is count']],
    [
      'a field for a count',
      metric(`index: mail-*, field: x, aggregation: count, ${TITLE}`),
      ['vigie.yaml:11:3: metrics.queue: counts documents: needs no field'],
    ],
    ['a mistyped key', metric(`index: m, feild: x, ${TITLE}`), ['vigie.yaml:11:22: metrics.queue.feild: unknown key, did you mean field?']],
    ['one language only', metric('index: m, field: x, title: { en: Mails }'), ['vigie.yaml:11:32: metrics.queue.title.fr: is missing']],
    [
      'a name that is a period',
      metric(`index: m, field: x, ${TITLE}`, '6h'),
      ['vigie.yaml:11:3: metrics.6h: must be a word of small letters, digits, - and _'],
    ],
    [
      'a unit that is none',
      metric(`index: m, field: x, unit: furlongs, ${TITLE}`),
      [
        'vigie.yaml:11:38: metrics.queue.unit: must be one of percent, bytes, bytes_per_second, count, per_second, seconds, milliseconds, load, none',
      ],
    ],
  ])('refuses %s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});
