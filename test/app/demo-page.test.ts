import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const PAGE = join(import.meta.dirname, '../lab/page');
const css = ['style.css', 'post.css'].map((name) => readFileSync(join(PAGE, name), 'utf8')).join('\n');

type Theme = 'light' | 'dark';
type Rgb = readonly number[];

/** What a rule says of a property. */
function declared(selector: string, property: string): string {
  const rule = css.split('\n').find((line) => line.split(' {')[0]?.split(', ').includes(selector) && line.includes(` ${property}:`));
  return new RegExp(`[{;] ${property}: ([^;]+);`, 'u').exec(rule ?? '')?.[1] ?? expect.fail(`${selector} has no ${property}`);
}

/** @param current the colour of the words, which a background may be mixed of */
function colour(value: string, theme: Theme, under: Rgb = [], current: Rgb = []): Rgb {
  const name = /^var\((--[\w-]+)\)$/u.exec(value)?.[1];
  if (name !== undefined) return colour(new RegExp(`^  ${name}: ([^;]+);`, 'mu').exec(css)?.[1] ?? expect.fail(name), theme);
  const themed = /^light-dark\((#\w+), (#\w+)\)$/u.exec(value);
  if (themed !== null) return colour((theme === 'light' ? themed[1] : themed[2]) ?? '', theme);
  const part = Number(/^color-mix\(in srgb, currentColor (\d+)%, transparent\)$/u.exec(value)?.[1]) / 100;
  if (!Number.isNaN(part)) return under.map((channel, at) => (current[at] ?? 0) * part + channel * (1 - part));
  const hex = /^#(?:\w{3}|\w{6})$/u.test(value) ? value.slice(1) : expect.fail(`${value} is no colour`);
  const digits = hex.length === 3 ? [...hex].map((digit) => digit + digit) : (hex.match(/../gu) ?? []);
  return digits.map((pair) => Number.parseInt(pair, 16));
}

/** Source: WCAG 2.2, relative luminance. */
function luminance(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((channel) => {
    const part = channel / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Rgb, other: Rgb): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const card = declared('.attachment', 'background');
const action = declared('.action', 'background');
const pressed = declared('.action:hover', 'background');
const buttons = ['.action', '.action.good', '.action.primary', '.action.warning', '.action.danger'].flatMap((selector) => {
  const words = declared(selector, 'color');
  return [action, pressed].map((on) => [selector, words, on, card] as const);
});
const plainly = (what: string, selector: string, words: string) => [what, words, declared(selector, 'background'), 'var(--bg)'] as const;

/** What it is, its words, and what it stands on, with what is beneath where that is no whole colour. */
const PAIRS: readonly (readonly [what: string, words: string, on: string, under: string])[] = [
  ...buttons,
  plainly('a chip', '.chip', declared('.chip', 'color')),
  plainly('a chip under the finger', '.chip:hover', declared('.chip', 'color')),
  plainly('one’s own chip', '.chip.mine', declared('.chip.mine', 'color')),
  plainly('BOT', '.tag', declared('.tag', 'color')),
  plainly('a person’s second line', '.stage-bar', declared('.person small', 'color')),
  plainly('the same under the finger', '.person:hover', declared('.person small', 'color')),
  plainly('the current person’s', '.person.current', declared('.person small', 'color')),
  plainly('unread', '.badge', declared('.badge', 'color')),
  plainly('a width', '.widths .current', declared('.widths .current', 'color')),
  plainly('a hint', '.hint', declared('.hints small', 'color')),
  plainly('a channel', '.sidebar', declared('.sidebar', 'color')),
  plainly('a channel under the finger', '.row:hover', declared('.sidebar', 'color')),
  plainly('a mention', '.mention', declared('.mention', 'color')),
  plainly('one’s own mention', '.mention.mine', declared('.mention', 'color')),
  plainly('code', '.md pre', 'var(--text)'),
  plainly('the head of a table', '.md th', 'var(--text)'),
  plainly('who is away', '.away', 'var(--text)'),
  ...['--bg', '--raised', '--hover'].flatMap((on) =>
    ['--text', '--quiet', '--link', '--danger', '--accent'].map((words) => [words, `var(${words})`, `var(${on})`, on] as const),
  ),
];

describe('the page of the demo', () => {
  it.each((['light', 'dark'] as const).flatMap((theme) => PAIRS.map((pair) => ({ theme, what: pair[0], pair }))))(
    'can be read in the $theme: $what',
    ({ theme, pair: [, words, on, under] }) => {
      const letters = colour(words, theme);
      const beneath = /^var|^#|^light/u.test(under) ? colour(under, theme) : [];
      expect(contrast(letters, colour(on, theme, beneath, letters))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it('has avatars whose letter can be read', () => {
    const colours = readFileSync(join(PAGE, 'avatar.js'), 'utf8').match(/#[\da-f]{6}/gu) ?? [];
    expect(colours.length).toBeGreaterThan(3);
    for (const each of colours) expect([each, contrast([255, 255, 255], colour(each, 'light')) >= 4.5]).toEqual([each, true]);
  });
});
