import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { createCharts, type DrawingProcess } from '#adapters/charts/create-charts.ts';
import { chart, drawing } from '#test/messages/chart/charts.ts';
import { until } from '#test/acceptance/scene.ts';

const here = (file: string): URL => new URL(file, import.meta.url);
let charts: DrawingProcess;
afterEach(() => charts.close());

describe('the process that draws', () => {
  it('begins with the first chart, serves several at once, and is let go when idle', async () => {
    charts = createCharts({ clock: systemClock, idleMs: 50 });
    expect(charts.pid).toBeNull();
    const pngs = await Promise.all([charts.draw(drawing([chart()])), charts.draw(drawing([chart({ title: 'Load' })]))]);
    expect(pngs.map((png) => Buffer.from(png).toString('latin1', 1, 4))).toEqual(['PNG', 'PNG']);
    expect(charts.pid).not.toBeNull();
    await until(() => charts.pid === null, 'the process to be let go');
    expect((await charts.draw(drawing([chart()]))).length).toBeGreaterThan(1_000);
  });

  it('is given up when it hangs: the chart fails in time, and so do those that waited', async () => {
    charts = createCharts({ clock: systemClock, program: here('stuck-painter.ts'), timeoutMs: 150 });
    const begin = performance.now();
    const both = await Promise.allSettled([charts.draw(drawing([chart()])), charts.draw(drawing([chart()]))]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(performance.now() - begin).toBeLessThan(2_000);
    await expect(charts.draw(drawing([chart()]))).rejects.toMatchObject({
      code: 'chart_not_drawn',
      params: { reason: 'not in time: 150 ms' },
    });
  });

  it('takes only its own chart with it when it dies', async () => {
    charts = createCharts({ clock: systemClock, program: here('dying-painter.ts') });
    const [dead, alive] = await Promise.allSettled([charts.draw(drawing([chart({ title: 'die' })])), charts.draw(drawing([chart()]))]);
    expect(dead).toMatchObject({ status: 'rejected', reason: { code: 'chart_not_drawn' } });
    expect(alive).toMatchObject({ status: 'fulfilled', value: new Uint8Array([2]) });
  });

  it('says what it could not draw, and lives on', async () => {
    charts = createCharts({ clock: systemClock });
    const broken = { panels: [{ ...drawing([chart()]).panels[0], lines: null }] };
    // @ts-expect-error a drawing that is none
    await expect(charts.draw(broken)).rejects.toMatchObject({ code: 'chart_not_drawn' });
    expect(charts.pid).not.toBeNull();
    expect((await charts.draw(drawing([chart()]))).length).toBeGreaterThan(1_000);
  });

  it('lets only so many wait', async () => {
    charts = createCharts({ clock: systemClock, program: here('stuck-painter.ts'), timeoutMs: 300 });
    const asked = await Promise.allSettled(Array.from({ length: 25 }, () => charts.draw(drawing([chart()]))));
    const reasons = asked.map((each) => (each.status === 'rejected' ? String(each.reason) : ''));
    expect(reasons.filter((reason) => reason.includes('too many charts'))).toHaveLength(4);
  });

  it('ends with vigie: what is asked or waits then is refused', async () => {
    charts = createCharts({ clock: systemClock, program: here('stuck-painter.ts') });
    const asked = charts.draw(drawing([chart()]));
    const refused = expect(asked).rejects.toMatchObject({ params: { reason: 'vigie stops' } });
    await charts.close();
    await refused;
    await expect(charts.draw(drawing([chart()]))).rejects.toMatchObject({ code: 'chart_not_drawn' });
    expect(charts.pid).toBeNull();
  });
});
