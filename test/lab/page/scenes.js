import { el } from './dom.js';
import { t } from './words.js';

/** A menu of what can happen to the house, where the server has scenes to play. @param {HTMLElement} place */
export async function showScenes(place) {
  const scenes = await (await fetch('/lab/scenes')).json();
  if (scenes.length === 0) return;
  const note = el('p', { role: 'status' }, t('sceneHint'));
  const menu = el('div.scene-menu', { hidden: true }, note);
  const button = el('button', { type: 'button', 'aria-expanded': false, onclick: () => show(menu.hidden) }, `🎬 ${t('scenes')}`);

  function show(open) {
    menu.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
    note.textContent = t('sceneHint');
  }

  async function play({ name }) {
    const { plays } = await (await fetch(`/lab/scenes/${name}`, { method: 'POST' })).json();
    if (plays) show(false);
    else note.textContent = t('busy');
  }

  menu.append(...scenes.map((scene) => el('button', { type: 'button', onclick: () => void play(scene) }, scene.title)));
  place.replaceChildren(button, menu);
  place.addEventListener('focusout', (event) => place.contains(event.relatedTarget) || event.relatedTarget === null || show(false));
  document.addEventListener('click', (event) => place.contains(event.target) || show(false));
  place.hidden = false;
}
