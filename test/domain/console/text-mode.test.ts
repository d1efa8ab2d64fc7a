import { describe, expect, it } from 'vitest';
import { hasChanged } from '#domain/console/changed.ts';
import { textOf } from '#domain/console/text-mode.ts';
import { LETTER_OF } from '#domain/console/vga-letters.ts';
import { recordedScreen } from '#test/lab/machines/recorded-screen.ts';

type Screen = ReturnType<typeof recordedScreen>;

const copyOf = (screen: Screen): Screen => ({ ...screen, rgb: Uint8Array.from(screen.rgb) });

/** Paints points of a cell. */
function painted(screen: Screen, [column, row]: readonly [number, number], paint: (x: number, y: number) => boolean, value = 255): Screen {
  const copy = copyOf(screen);
  for (let y = 0; y < 16; y += 1)
    for (let x = 0; x < 9; x += 1)
      if (paint(x, y)) copy.rgb.fill(value, ((row * 16 + y) * 720 + column * 9 + x) * 3, ((row * 16 + y) * 720 + column * 9 + x) * 3 + 3);
  return copy;
}

describe('a screen in text mode', () => {
  it('is read as it stands there', () => {
    expect(textOf(recordedScreen('login'))).toEqual(['Debian lab machine alice  /dev/tty1', '', 'alice login:']);
    const panic = textOf(recordedScreen('panic')) ?? [];
    expect(panic.at(-1)).toMatch(/^\[ {3}15\.\d+\] Rebooting in 60 seconds\.\.$/u);
    expect(panic.join('\n')).not.toContain('�');
    expect(textOf(recordedScreen('network'))?.join('\n')).toContain(
      'iPXE 1.0.0+git-20190125.36a4c85-5.1 -- Open Source Network Boot Firmware',
    );
  });

  it('is read below a cursor that blinks', () => {
    const withCursor = painted(recordedScreen('login'), [0, 2], (_x, y) => y >= 13, 168);
    expect(textOf(withCursor)?.[2]).toBe('alice login:');
    expect(hasChanged(recordedScreen('login'), withCursor)).toBe(false);
  });

  it('is read in whatever colours', () => {
    const login = recordedScreen('login');
    const inverse = { ...login, rgb: login.rgb.map((part) => 255 - part) };
    expect(textOf(inverse)).toEqual(textOf(login));
  });

  it('marks what is no letter', () => {
    const blot = painted(recordedScreen('login'), [0, 0], (x, y) => (x * 7 + y * 3) % 5 === 0, 120);
    expect(textOf(blot)?.[0]).toMatch(/^�ebian lab/u);
  });

  it.each([
    [
      'a picture',
      (): Screen => ({ width: 720, height: 400, rgb: Uint8Array.from({ length: 720 * 400 * 3 }, (_, index) => (index * 31) % 251) }),
    ],
    ['another size', (): Screen => ({ width: 640, height: 480, rgb: new Uint8Array(640 * 480 * 3) })],
    ['nothing', (): Screen => ({ width: 720, height: 400, rgb: new Uint8Array(720 * 400 * 3) })],
  ])('is not seen in %s', (_what, screen) => {
    expect(textOf(screen())).toBeNull();
  });

  it('knows every letter that people type by a form of its own', () => {
    const letters = new Set(LETTER_OF.values());
    expect(Array.from({ length: 95 }, (_, index) => String.fromCodePoint(32 + index)).filter((letter) => !letters.has(letter))).toEqual([]);
    expect(LETTER_OF.size).toBe(254);
  });
});

describe('a change of a screen', () => {
  const flat = (value: number): Screen => ({ width: 800, height: 600, rgb: new Uint8Array(800 * 600 * 3).fill(value) });

  it('is other words, or another size', () => {
    expect(hasChanged(recordedScreen('login'), recordedScreen('login'))).toBe(false);
    expect(hasChanged(recordedScreen('login'), recordedScreen('panic'))).toBe(true);
    expect(hasChanged(flat(0), { ...flat(0), width: 600, height: 800 })).toBe(true);
  });

  it('is another picture, and no cursor that blinks', () => {
    const [before, cursor] = [flat(0), flat(0)];
    cursor.rgb.fill(255, 0, 8 * 3);
    expect(hasChanged(before, cursor)).toBe(false);
    expect(hasChanged(before, flat(1))).toBe(true);
  });
});
