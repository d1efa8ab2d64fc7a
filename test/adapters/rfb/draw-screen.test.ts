import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BOUNDS } from '#kernel/bounds.ts';
import { drawScreen, shrunk } from '#adapters/rfb/draw-screen.ts';
import { readPng, recordedScreen } from '#test/lab/machines/recorded-screen.ts';

describe('the picture of a screen', () => {
  it('is the screen, point by point', async () => {
    const screen = recordedScreen('panic');
    const { png, width, height } = await drawScreen(screen);
    expect([width, height]).toEqual([720, 400]);
    expect(Buffer.from(readPng(png).rgb).equals(Buffer.from(screen.rgb))).toBe(true);
    expect(png.length).toBeLessThan(20_000);
  });

  it('is made smaller by a whole number, each point the mean of several', () => {
    const rgb = Uint8Array.from([0, 0, 0, 255, 255, 255, 100, 0, 0, 100, 0, 0]);
    expect([...shrunk({ width: 2, height: 2, rgb }, 2).rgb]).toEqual([114, 64, 64]);
    expect(shrunk({ width: 3, height: 3, rgb: new Uint8Array(27) }, 2)).toMatchObject({ width: 1, height: 1 });
  });

  it('is no larger than anybody wants to load, whatever is on it', async () => {
    const screen = { width: 1_280, height: 1_024, rgb: randomBytes(1_280 * 1_024 * 3) };
    const { png, width } = await drawScreen(screen);
    expect(png.length).toBeLessThanOrEqual(BOUNDS.screenPicture.most);
    expect(width).toBeLessThan(1_280);
  });
});
