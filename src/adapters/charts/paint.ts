import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import { LineChart } from 'echarts/charts';
import { GraphicComponent, GridComponent, MarkLineComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Drawing } from '#ports/charts.ts';
import { WIDTH } from './layout.ts';
import { optionOf } from './option.ts';

use([LineChart, GridComponent, GraphicComponent, MarkLineComponent, SVGRenderer]);

/** Twice as fine as it is laid out: sharp on every screen. */
const ZOOM = 2;
const FONTS = [
  import.meta.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
  import.meta.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'),
].map((address) => fileURLToPath(address));

/** Draws in this thread, which is busy for some 50 ms. @returns a PNG */
export function paint(drawing: Drawing): Uint8Array {
  return new Resvg(svgOf(drawing), {
    fitTo: { mode: 'zoom', value: ZOOM },
    font: { fontFiles: FONTS, loadSystemFonts: false, defaultFontFamily: 'Inter' },
  })
    .render()
    .asPng();
}

export function svgOf(drawing: Drawing): string {
  const { option, height } = optionOf(drawing);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
