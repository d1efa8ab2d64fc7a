import { el } from './dom.js';

const COLOURS = ['#b4532a', '#2563a8', '#7b4bb3', '#a83267', '#4a7a1f', '#8a6a12', '#1d7a8c'];

/** Initials on a colour of one's own; the lookout for bots. */
export function avatar({ name, isBot }) {
  if (isBot) return el('img.avatar.bot', { src: 'lookout.svg', alt: '' });
  const hash = [...name].reduce((total, letter) => (total * 31 + letter.codePointAt(0)) % 9973, 7);
  return el(
    'span.avatar',
    { style: `background:${COLOURS[hash % COLOURS.length]}`, 'aria-hidden': 'true' },
    name.slice(0, 1).toUpperCase(),
  );
}
