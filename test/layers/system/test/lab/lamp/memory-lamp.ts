import type { Lamp } from '#ports/lamp.ts';

/** A lamp that nobody has to look at. */
export class MemoryLamp implements Lamp {
  #on = false;

  async turns(): Promise<boolean> {
    return this.#on;
  }

  async turn(on: boolean): Promise<void> {
    this.#on = on;
  }
}
