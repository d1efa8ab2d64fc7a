import { beforeEach, describe, expect, it } from 'vitest';
import { Window } from '#adapters/ssh/window.ts';

const [PACKET, WHOLE] = [32_768, 2_097_152];

describe('the window of a channel', () => {
  let outgoing: { window: number };
  let slept: number;
  let window: Window;
  /** Opens it by so much in each of the first milliseconds. */
  let opening: number[];
  beforeEach(() => {
    outgoing = { window: WHOLE };
    [slept, opening] = [0, []];
    const sleep = async (ms: number): Promise<void> => {
      slept += ms;
      outgoing.window += opening.shift() ?? 0;
      await Promise.resolve();
    };
    window = new Window({ outgoing }, { sleep });
    window.takes(PACKET);
  });

  it('takes what fits', () => {
    outgoing.window = PACKET;
    expect([window.takes(PACKET), window.takes(PACKET + 1)]).toEqual([true, false]);
  });

  it('is waited for until all of it fits', async () => {
    outgoing.window = 0;
    opening = [4_096, 4_096, 24_576, 4_096];
    await window.opened(PACKET);
    expect(slept).toBe(3);
  });

  it('needs to be open by no more than half where it is a small one', () => {
    outgoing = { window: 24_000 };
    window = new Window({ outgoing }, { sleep: () => Promise.resolve() });
    expect(window.takes(PACKET)).toBe(true);
    outgoing.window = 12_000;
    expect(window.takes(PACKET)).toBe(true);
    outgoing.window = 11_999;
    expect(window.takes(PACKET)).toBe(false);
  });

  it('is not waited for where it stays shut: the channel sends what fits, when it fits', async () => {
    outgoing.window = 0;
    await window.opened(PACKET);
    expect(slept).toBe(20);
  });

  it('takes everything where nobody says how wide it is', () => {
    const sleep = (): Promise<void> => Promise.resolve();
    for (const channel of [{}, { outgoing: null }, { outgoing: {} }]) expect(new Window(channel, { sleep }).takes(PACKET)).toBe(true);
  });
});
