import type { Demo } from '../running.ts';
import { blind, forecast, silence, storm } from './alerts.ts';
import { emergency, rota, unknown } from './people.ts';
import type { Scene } from './scene.ts';

/** What the page's menu offers, in its order. */
export const SCENES: readonly Scene[] = [storm, forecast, silence, blind, unknown, rota, emergency];

/** Plays them on request, one at a time. */
export class Stage {
  #demo: Demo | null = null;
  #playing: string | null = null;

  /** The story is told: scenes may be played. */
  open(demo: Demo): void {
    this.#demo = demo;
  }

  list(language: 'en' | 'fr'): readonly { readonly name: string; readonly title: string }[] {
    return SCENES.map(({ name, title }) => ({ name, title: title[language] }));
  }

  /** @returns false where it isn't known, or another one is being played */
  play(name: string): boolean {
    const scene = SCENES.find((each) => each.name === name);
    if (scene === undefined || this.#demo === null || this.#playing !== null) return false;
    this.#playing = name;
    void scene
      .play(this.#demo)
      .catch((error: unknown) => process.stderr.write(`${name}: ${String(error)}\n`))
      .finally(() => (this.#playing = null));
    return true;
  }
}
