import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { paint, svgOf } from '#adapters/charts/paint.ts';
import { chart, drawing, series } from '#test/messages/chart/charts.ts';

const SIGNATURE = '89504e470d0a1a0a';
const BLUE = [0x5c, 0xb3, 0xff] as const;
const HOSTILE = `"><script>alert('x')</script> & ]]> <!-- {a|b} \\n %s`;

describe('a picture', () => {
  it('is a PNG, twice as wide as it is laid out', () => {
    const png = Buffer.from(paint(drawing([chart()])));
    expect(png.subarray(0, 8).toString('hex')).toBe(SIGNATURE);
    expect(png.readUInt32BE(16)).toBe(900);
    expect(png.readUInt32BE(20)).toBeGreaterThan(400);
  });

  it('differs when the values differ', () => {
    const one = paint(drawing([chart()]));
    const other = paint(drawing([chart({ series: [series('pica01', [0.4, 0.2, 0.3])] })]));
    expect(Buffer.compare(one, other)).not.toBe(0);
    expect(Buffer.compare(one, paint(drawing([chart()])))).toBe(0);
  });

  it('says in a line that nothing was measured, instead of an empty plot', () => {
    const heightOf = (values: readonly (number | null)[]): number =>
      Buffer.from(paint(drawing([chart(), chart({ title: 'Memory', series: [series('pica01', values)] })]))).readUInt32BE(20);
    expect(heightOf([0.2, 0.4]) - heightOf([null, null])).toBeGreaterThan(200);
  });

  it('marks the last value, and none of a forecast', () => {
    const dots = (change: Parameters<typeof chart>[0]): number =>
      [...svgOf(drawing([chart(change)])).matchAll(/<(?:circle|path)[^>]*fill="#5cb3ff"/gu)].length;
    const forecast = series('', [0.3, 0.5]);
    expect(dots({})).toBeGreaterThan(0);
    expect(dots({ forecast })).toBe(dots({}));
  });

  it('shows a gap as a gap', () => {
    const values = Array.from({ length: 21 }, () => 0.5);
    const whole = blueColumns(paint(drawing([chart({ series: [series('pica01', values)] })])));
    const broken = blueColumns(paint(drawing([chart({ series: [series('pica01', values.with(9, 0.5).fill(NaN, 8, 13).map(orNull))] })])));
    const missing = [...whole].filter((column) => !broken.has(column));
    expect(missing.length / whole.size).toBeGreaterThan(0.2);
    expect(missing.length / whole.size).toBeLessThan(0.4);
  });

  it('shows a value that stands alone between two gaps', () => {
    const alone = svgOf(drawing([chart({ series: [series('pica01', [null, 0.4, null])] })]));
    const nothing = svgOf(drawing([chart({ series: [series('pica01', [null, null, null])] })]));
    expect(alone.match(/#5cb3ff/gu)?.length ?? 0).toBeGreaterThan(nothing.match(/#5cb3ff/gu)?.length ?? 0);
  });

  it('grows with its panels and its legend', () => {
    const height = (...charts: Parameters<typeof drawing>[0]): number => Buffer.from(paint(drawing(charts))).readUInt32BE(20);
    const many = chart({ series: Array.from({ length: 8 }, (_, index) => series(`pica-mattermost_mattermost-${index}`, [0.1, 0.2])) });
    expect(height(many)).toBeGreaterThan(height(chart()));
    expect(height(chart(), chart())).toBeGreaterThan(height(chart()));
  });

  it('holds hostile names as text', () => {
    const hostile = drawing([chart({ title: HOSTILE, series: [series(HOSTILE, [0.1, 0.2]), series('{b|c}', [0.2, 0.1])] })]);
    const svg = svgOf(hostile);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script&gt;');
    expect(Buffer.from(paint(hostile)).subarray(0, 8).toString('hex')).toBe(SIGNATURE);
  });
});

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** Columns of the picture in which the first line's colour is seen. */
function blueColumns(bytes: Uint8Array): ReadonlySet<number> {
  const { width, height, pixels } = decode(Buffer.from(bytes));
  const columns = new Set<number>();
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      if (BLUE.every((part, index) => Math.abs((pixels[(y * width + x) * 4 + index] ?? 0) - part) < 12)) columns.add(x);
  return columns;
}

/** Eight bits a channel with alpha, not interlaced: what resvg writes. */
function decode(png: Buffer): { readonly width: number; readonly height: number; readonly pixels: Uint8Array } {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  expect([png[24], png[25], png[28]]).toEqual([8, 6, 0]);
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  return { width, height, pixels: unfilter(inflateSync(Buffer.concat(parts)), width * 4, height) };
}

function unfilter(raw: Buffer, stride: number, height: number): Uint8Array {
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const left = x >= 4 ? (pixels[y * stride + x - 4] ?? 0) : 0;
      const up = y > 0 ? (pixels[(y - 1) * stride + x] ?? 0) : 0;
      const corner = x >= 4 && y > 0 ? (pixels[(y - 1) * stride + x - 4] ?? 0) : 0;
      const guess = [0, left, up, Math.floor((left + up) / 2), paeth(left, up, corner)][filter] ?? 0;
      pixels[y * stride + x] = ((raw[y * (stride + 1) + 1 + x] ?? 0) + guess) & 0xff;
    }
  }
  return pixels;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
