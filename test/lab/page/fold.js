import { el } from './dom.js';
import { t } from './words.js';

/**
 * Cuts something tall, with a button that shows the rest. What fits is left alone.
 * @param {HTMLElement} node @param {number} height in pixels
 */
export function fold(node, height) {
  const box = el('div.fold', { style: `--fold:${height}px` }, node);
  const button = el('button.fold-button', { type: 'button', hidden: true, onclick: () => set(!box.classList.contains('open')) }, t('more'));
  function set(open) {
    box.classList.toggle('open', open);
    button.textContent = t(open ? 'less' : 'more');
  }
  new ResizeObserver(() => {
    const tall = node.scrollHeight > height;
    box.classList.toggle('tall', tall);
    button.hidden = !tall;
  }).observe(node);
  return el('div', {}, box, button);
}
