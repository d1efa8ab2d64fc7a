import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readScreen } from '#adapters/rfb/read-screen.ts';
import type { Screen } from '#ports/console.ts';
import { LabPower } from '#test/lab/machines/lab-power.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';
import { PASSWORD, playServer, rectangle, update } from './play-server.ts';

const [WIDTH, HEIGHT] = [3_840, 2_160];

let lab: LabPower;
beforeEach(async () => {
  lab = await LabPower.open(new WarpClock());
});
afterEach(() => lab.close());

/** Red above, blue below. */
function painted(width: number, height: number): Screen {
  const rgb = new Uint8Array(width * height * 3);
  for (let index = 0; index < width * height; index += 1) rgb[index * 3 + (index < (width * height) / 2 ? 0 : 2)] = 255;
  return { width, height, rgb };
}

async function lookAtAlice(): Promise<Screen> {
  const port = lab.reached.find(({ machine }) => machine === 'alice')?.vnc ?? 0;
  return await readScreen(connect(port, '127.0.0.1'), lab.alice.vncPassword, AbortSignal.timeout(20_000));
}

const ends = ({ rgb }: Screen): readonly (readonly number[])[] => [[...rgb.subarray(0, 3)], [...rgb.subarray(-3)]];

describe('a screen that is too large for the memory of AMT', () => {
  it('is read in 8 bits', async () => {
    lab.alice.screen = painted(WIDTH, HEIGHT);
    const seen = await lookAtAlice();
    expect([seen.width, seen.height, ...ends(seen)]).toEqual([WIDTH, HEIGHT, [255, 0, 0], [0, 0, 255]]);
  });

  it('is read in 16 bits as long as it fits', async () => {
    lab.alice.screen = { ...painted(2_560, 1_600), rgb: new Uint8Array(2_560 * 1_600 * 3).fill(0x52) };
    const seen = await lookAtAlice();
    // 5 bits of red, 6 of green: 8 bits would tell neither.
    expect(ends(seen)).toEqual([
      [82, 81, 82],
      [82, 81, 82],
    ]);
  });

  it('is asked for in 8 bits when the screen becomes so large meanwhile', async () => {
    const resized = update(rectangle([0, 0, WIDTH, HEIGHT], -223, Buffer.alloc(0)));
    const frame = update(rectangle([0, 0, WIDTH, HEIGHT], 0, Buffer.alloc(WIDTH * HEIGHT, 0b111_000_00)));
    const { stream, heard } = playServer({ greeting: 'RFB 004.000\n', format: '16', frames: [resized, frame], changesFormat: true });
    const seen = await readScreen(stream, PASSWORD, AbortSignal.timeout(20_000));
    expect(ends(seen)).toEqual([
      [255, 0, 0],
      [255, 0, 0],
    ]);
    expect(heard.some((message) => message.length === 20 && message[0] === 0 && message[4] === 8)).toBe(true);
  });

  it('keeps its own format at any other server', async () => {
    const frame = update(rectangle([0, 0, WIDTH, HEIGHT], 0, Buffer.alloc(WIDTH * HEIGHT * 2)));
    const { stream, heard } = playServer({ format: '16', width: WIDTH, height: HEIGHT, frames: [frame] });
    await readScreen(stream, PASSWORD, AbortSignal.timeout(20_000));
    expect(heard.some((message) => message.length === 20)).toBe(false);
  });
});
