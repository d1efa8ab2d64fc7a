import { el, icon } from './dom.js';
import { t } from './words.js';

/**
 * The box to write in. Enter sends, Shift+Enter makes a new line; a slash shows the commands and what they take.
 * @param {import('./desk.js').Desk} desk @param {() => string} rootId the thread it answers, '' for none @param {() => string} invitation
 */
export function composer(desk, rootId, invitation) {
  let edited = null;
  const area = el('textarea', { rows: 1, oninput: resize, onkeydown: key, enterkeyhint: 'send' });
  const hints = el('div.hints', { hidden: true });
  const cancel = el('button.quiet', { type: 'button', hidden: true, onclick: stopEditing }, t('cancel'));
  const sendButton = el('button.send', { type: 'button', title: t('send'), 'aria-label': t('send'), onclick: send }, icon('send'));
  const problem = el('p.problem', { role: 'alert', hidden: true });
  const node = el('div.composer', {}, hints, el('div.composer-box', {}, area, cancel, sendButton), problem);

  function resize() {
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, 220)}px`;
    showHints();
  }

  function showHints() {
    const typed = /^\/(\S*)(\s)?/.exec(area.value);
    const found =
      typed === null
        ? []
        : desk.commands.filter((command) =>
            typed[2] === undefined ? command.trigger.startsWith(typed[1].toLowerCase()) : command.trigger === typed[1].toLowerCase(),
          );
    hints.hidden = found.length === 0;
    hints.replaceChildren(
      ...found
        .slice(0, 8)
        .map((command) =>
          el(
            'button',
            { type: 'button', onclick: () => fill(command) },
            el('code', {}, `/${command.trigger}`),
            ' ',
            el('span.hint', {}, command.auto_complete_hint),
            el('small', {}, command.auto_complete_desc),
          ),
        ),
    );
  }

  function fill(command) {
    area.value = `/${command.trigger} `;
    area.focus();
    resize();
  }

  function key(event) {
    if (event.key === 'Escape') stopEditing();
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void send();
  }

  async function send() {
    const words = area.value;
    if (words.trim() === '') return;
    area.value = '';
    resize();
    const post = edited;
    const went = post === null ? await desk.say(words, rootId()) : await desk.change(post, words);
    if (!went && area.value === '') area.value = words;
  }

  function stopEditing() {
    if (edited === null) return;
    desk.edit(null);
    area.value = '';
    resize();
  }

  /** Draws again after a change. */
  function update() {
    area.placeholder = invitation();
    area.setAttribute('aria-label', invitation());
    problem.hidden = desk.problem === '';
    problem.textContent = t('failed', desk.problem);
    const mine = desk.editing !== null && desk.editing.root_id === rootId() ? desk.editing : null;
    if (mine !== null && mine !== edited) {
      area.value = mine.message;
      area.focus();
    }
    edited = mine;
    cancel.hidden = edited === null;
    sendButton.title = t(edited === null ? 'send' : 'save');
  }

  return { node, update };
}
