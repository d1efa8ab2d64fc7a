import { chromium } from 'playwright-core';

/**
 * Takes a picture of a running page: `node test/lab/page/screenshot.ts URL OUT.png [phone|desktop|WIDTHxHEIGHT] [light|dark] [fr|en]`.
 * It waits until the network is quiet. Needs Debian's chromium, or another one named by CHROMIUM.
 */
const SIZES: Record<string, { width: number; height: number }> = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
};

function sizeOf(name: string): { width: number; height: number } {
  const [width = 0, height = 0] = name.split('x').map(Number);
  return SIZES[name] ?? { width, height };
}

const [url, out, size = 'desktop', theme = 'light', locale = 'fr'] = process.argv.slice(2);
if (url === undefined || out === undefined)
  throw new Error('usage: screenshot.ts URL OUT.png [phone|desktop|WIDTHxHEIGHT] [light|dark] [fr|en]');

const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const viewport = sizeOf(size);
// Two device pixels for one, so that the text stays sharp in a README.
const page = await browser.newPage({
  viewport,
  deviceScaleFactor: 2,
  colorScheme: theme === 'dark' ? 'dark' : 'light',
  locale: locale === 'fr' ? 'fr-FR' : 'en-US',
});
page.on('pageerror', (error) => console.error(error));
await page.goto(url, { waitUntil: 'networkidle' });
await page.waitForTimeout(300);
await page.screenshot({ path: out });
await browser.close();
