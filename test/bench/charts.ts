import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { bareNode } from './launch.ts';
import { floorOf, quantile, type Row } from './table.ts';

const measured = z.object({
  cold: z.number(),
  warm: z.array(z.number()),
  large: z.array(z.number()),
  painter: z.number(),
  grown: z.number(),
  gone: z.boolean(),
});

/** Charts drawn by the process that vigie starts for them, asked by a process of its own. */
export async function chartRows(): Promise<readonly Row[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'charts-child.ts')]);
  const bare = await bareNode();
  const { cold, warm, large, painter, grown, gone } = measured.parse(JSON.parse(stdout));
  return [
    {
      what: 'a chart, the process started for it',
      measured: `${Math.round(cold)} ms`,
      aim: '< 2000 ms',
      ...floorOf(cold, bare.startMs, 'ms', 'a bare Node'),
    },
    { what: 'a chart, median of 90', measured: `${quantile(warm, 0.5)} ms (p99 ${quantile(warm, 0.99)} ms)`, aim: '< 100 ms' },
    { what: 'three panels of eight lines, median', measured: `${quantile(large, 0.5)} ms`, aim: '< 300 ms' },
    {
      what: 'RSS of the process that draws',
      measured: `${painter} MB`,
      aim: '< 320 MB',
      ...floorOf(painter, bare.rssMb, 'MB', 'a bare Node'),
    },
    { what: 'vigie’s own RSS after it is let go', measured: `${gone ? '' : 'still there, '}+${grown} MB`, aim: '< +20 MB' },
  ];
}
