import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '#kernel/clock.ts';
import { createCharts } from '#adapters/charts/create-charts.ts';
import { chart, drawing, series } from '#test/messages/chart/charts.ts';

/** Draws charts as vigie does and prints what it took as one line of JSON: times in milliseconds, memory in megabytes. */
const WARM = 100;
const waves = (lines: number) =>
  Array.from({ length: lines }, (_, line) =>
    series(
      `host-${line}`,
      Array.from({ length: 120 }, (_unused, at) => 0.5 + 0.4 * Math.sin(at / 9 + line)),
    ),
  );
const usual = drawing([chart({ series: waves(1), threshold: 0.85 })]);
const full = drawing([chart({ series: waves(8) }), chart({ series: waves(8) }), chart({ series: waves(8) })]);
const charts = createCharts({ clock: systemClock, idleMs: 1_000 });
const megabytes = (pid: number): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/u.exec(status)?.[1] ?? 0) / 1_024);
};

async function took(what: typeof usual): Promise<number> {
  const begin = performance.now();
  await charts.draw(what);
  return performance.now() - begin;
}

const before = megabytes(process.pid);
const cold = await took(usual);
const warm: number[] = [];
for (let index = 0; index < WARM; index += 1) warm.push(await took(usual));
const large: number[] = [];
for (let index = 0; index < 20; index += 1) large.push(await took(full));
const painter = charts.pid === null ? 0 : megabytes(charts.pid);
await sleep(2_000);
const grown = megabytes(process.pid) - before;
process.stdout.write(
  `${JSON.stringify({ cold, warm: warm.slice(10), large: large.slice(3), painter, grown, gone: charts.pid === null })}\n`,
);
await charts.close();
