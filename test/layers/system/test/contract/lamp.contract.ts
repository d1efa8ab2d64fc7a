import { expect, it } from 'vitest';
import type { Lamp } from '#ports/lamp.ts';

/** What every lamp does. */
export function lampContract(open: () => Promise<Lamp>): void {
  it('turns once it is told to, and is dark otherwise', async () => {
    const lamp = await open();
    await lamp.turn(true);
    expect(await lamp.turns()).toBe(true);
    await lamp.turn(false);
    expect(await lamp.turns()).toBe(false);
  });
}
