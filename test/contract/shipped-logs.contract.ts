import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import type { LogQuery } from '#domain/logs/collector.ts';
import type { LogSource } from '#domain/logs/filebeat.ts';
import { isShipped, shippedLogs } from '#pipeline/clients/filebeat.ts';
import type { Search } from '#ports/search.ts';

export interface ShippedLab {
  readonly search: Search;
  /** Documents in `filebeat-8.x`, visible to searches. */
  index(documents: readonly JsonObject[]): Promise<void>;
  close(): Promise<void>;
}

const NOW = Date.parse('2026-11-29T03:30:00Z');
const PAD: LogSource = { kind: 'service', name: 'pad' };
const PICA: LogSource = { kind: 'host', name: 'pica01', names: ['pica01', 'pica01.example.org'] };

let offset = 0;
function base(agoMs: number, message: string, more: JsonObject): JsonObject {
  offset += 100;
  return { '@timestamp': new Date(NOW - agoMs).toISOString(), message, host: { name: 'pica01.example.org' }, ...more };
}
/** A line of a container, as Filebeat's input `container` ships it. */
function contained(agoMs: number, message: string, { service = 'pad', id = 'c1', level = '' } = {}): JsonObject {
  return base(agoMs, message, {
    stream: 'stderr',
    ...(level === '' ? { log: { offset, file: { path: `/${id}.log` } } } : { log: { level, offset, file: { path: `/${id}.log` } } }),
    container: { id, name: `${service}.1`, labels: { com_docker_swarm_service_name: service, com_docker_swarm_task_id: `t-${id}` } },
  });
}
const syslog = (agoMs: number, message: string): JsonObject =>
  base(agoMs, message, { process: { name: 'sshd' }, log: { offset, file: { path: '/var/log/auth.log' } } });

const TRACE = ['java.io.IOException: disk full', '\tat org.example.Pad.save(Pad.java:12)', '\tat org.example.Pad.main(Pad.java:3)'];
/** Of one moment, in the order of the file and of no other. */
const DOCUMENTS = [
  contained(3_600_000, 'an hour ago'),
  contained(300_000, 'GET / 200'),
  ...TRACE.map((line) => contained(240_000, line)),
  contained(239_000, 'GET /p 200'),
  contained(200_000, '{"level":"warn","msg":"slow query"}'),
  contained(180_000, 'time="x" level=error msg="Connection-Refused by database"'),
  contained(160_000, 'nothing in its words', { level: 'ERROR' }),
  contained(150_000, 'E1129 03:12:09.120 1 reflector.go:125] failed'),
  contained(140_000, 'of another service', { service: 'blog', id: 'c2' }),
  // An access log that was taken apart says nothing.
  {
    '@timestamp': new Date(NOW - 130_000).toISOString(),
    host: { name: 'pica01' },
    service: { name: 'pad' },
    http: { response: { status_code: 200 } },
  },
  syslog(120_000, 'Accepted publickey for vigie'),
];

/** What Filebeat sent, as `logs` reads it. */
export function shippedLogsContract(title: string, open: () => Promise<ShippedLab>): void {
  describe(`logs that Filebeat sent, ${title}`, () => {
    let lab: ShippedLab;
    beforeAll(async () => {
      lab = await open();
      await lab.index(DOCUMENTS);
    }, 180_000);
    afterAll(() => lab?.close());

    const read = (source: LogSource, query: Partial<LogQuery> = {}) =>
      shippedLogs(lab.search, source, { since: NOW - 600_000, tail: 100, ...query }, AbortSignal.timeout(30_000));
    const textsOf = async (query: Partial<LogQuery>): Promise<readonly string[]> =>
      (await read(PAD, query)).own.lines.map(({ text }) => text);

    it("are a service's, oldest first, with a trace in one piece and in the order of its file", async () => {
      const { lines, older } = (await read(PAD)).own;
      expect(lines.map(({ text }) => text)).toEqual([
        'GET / 200',
        TRACE.join('\n'),
        'GET /p 200',
        '{"level":"warn","msg":"slow query"}',
        'time="x" level=error msg="Connection-Refused by database"',
        'nothing in its words',
        'E1129 03:12:09.120 1 reflector.go:125] failed',
      ]);
      expect(lines[0]).toMatchObject({ from: 'filebeat', where: 'pica01.example.org', who: 'pad.1', task: 't-c1', stream: 'stderr' });
      expect(older).toBe(false);
    });

    it('keep to their span', async () => {
      expect(await textsOf({ since: NOW - 7_200_000, until: NOW - 3_000_000 })).toEqual(['an hour ago']);
    });

    it.each([
      ['a part of a word, in any case', 'FUSED BY data'.toLowerCase(), ['time="x" level=error msg="Connection-Refused by database"']],
      ['marks between words', 'connection-refused', ['time="x" level=error msg="Connection-Refused by database"']],
      ['a line within a trace', 'pad.java:12', [TRACE.join('\n')]],
      ['marks alone', '"}', ['{"level":"warn","msg":"slow query"}']],
      ['what nobody wrote', 'refused connection', []],
    ] as const)('are found by %s', async (_, grep, found) => {
      expect(await textsOf({ grep })).toEqual(found);
    });

    it('are found by level: of a field, a word, JSON, klog, or a trace', async () => {
      expect(await textsOf({ level: 3 })).toEqual([
        TRACE.join('\n'),
        'time="x" level=error msg="Connection-Refused by database"',
        'nothing in its words',
        'E1129 03:12:09.120 1 reflector.go:125] failed',
      ]);
      expect(await textsOf({ level: 4 })).toContain('{"level":"warn","msg":"slow query"}');
    });

    it("are a machine's own by any of its names, and its containers' apart", async () => {
      const { own, containers } = await read(PICA);
      expect(own.lines.map(({ text, who }) => [text, who])).toEqual([['Accepted publickey for vigie', 'sshd']]);
      expect(containers.lines).toHaveLength(8);
    });

    it('say who is known by them', async () => {
      const signal = AbortSignal.timeout(30_000);
      expect(await isShipped(lab.search, PAD, NOW, signal)).toBe(true);
      expect(await isShipped(lab.search, { kind: 'service', name: 'nobody' }, NOW, signal)).toBe(false);
    });

    it('are the newest where there are many, and it is said that there are older ones', async () => {
      await lab.index(
        Array.from({ length: 1_200 }, (_, nth) => contained(100_000 - nth * 10, `many ${nth}`, { service: 'many', id: 'c3' })),
      );
      const { lines, older } = (await read({ kind: 'service', name: 'many' })).own;
      expect(older).toBe(true);
      expect(lines.at(-1)?.text).toBe('many 1199');
      expect((await read({ kind: 'service', name: 'many' }, { grep: 'many 17' })).own.lines.map(({ text }) => text)).toContain('many 17');
    });
  });
}
