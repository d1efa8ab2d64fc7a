import { attachmentView, filesView } from './attachments.js';
import { avatar } from './avatar.js';
import { el, icon } from './dom.js';
import { OFFERED, emojiOf } from './emoji.js';
import { fold } from './fold.js';
import { markdown } from './markdown.js';
import { t, timeOf } from './words.js';

/** A message folds at this height, in pixels. */
const MESSAGE_FOLD = 600;

/**
 * One post. In the channel, a thread shows as its root with the number of replies.
 * @param {object} post @param {import('./desk.js').Desk} desk what it may do
 * @param {{ follows?: boolean, inThread?: boolean }} where `follows`: right after another of the same author
 */
export function postView(post, desk, { follows = false, inThread = false } = {}) {
  const system = post.type.startsWith('system_') && post.type !== 'system_ephemeral';
  const classes = ['post', follows && 'follows', system && 'system', post.type === 'system_ephemeral' && 'ephemeral']
    .filter(Boolean)
    .join('.');
  const author = desk.authorOf(post);
  return el(`article.${classes}`, { 'data-id': post.id }, [
    el('div.gutter', {}, follows ? el('time', {}, timeOf(post.create_at)) : avatar(author)),
    el('div.body', {}, [
      follows
        ? null
        : el(
            'header',
            {},
            el('strong', {}, author.name),
            author.isBot ? el('span.tag', {}, t('bot')) : null,
            el('time', {}, timeOf(post.create_at)),
            post.type === 'system_ephemeral' ? el('span.only-you', {}, t('onlyYou')) : null,
          ),
      messageView(post, desk),
      ...(post.props.attachments ?? []).map((one) => attachmentView(one, desk.context, (action, option) => desk.act(post, action, option))),
      post.metadata.files ? filesView(post.metadata.files, desk.fileAddress) : null,
      reactionsView(post, desk),
      !inThread && post.root_id === '' && desk.repliesTo(post) > 0 ? repliesButton(post, desk) : null,
    ]),
    post.type === '' || post.type === 'slack_attachment' ? toolsView(post, desk, inThread) : null,
  ]);
}

function messageView(post, desk) {
  const edited = post.edit_at > 0 ? el('span.edited', {}, t('edited')) : null;
  if (post.message === '') return edited;
  const body = el('div.md', {}, markdown(post.message, desk.context));
  const last = body.lastElementChild;
  if (edited !== null) (last?.matches('p, h1, h2, h3, h4, h5, h6') ? last : body).append(' ', edited);
  return fold(body, MESSAGE_FOLD);
}

/** Chips in the order in which each emoji was first added. */
function reactionsView(post, desk) {
  const byName = Map.groupBy(post.metadata.reactions ?? [], (reaction) => reaction.emoji_name);
  if (byName.size === 0) return null;
  const chips = [...byName].map(([name, reactions]) => {
    const mine = reactions.some((reaction) => reaction.user_id === desk.myId);
    const who = reactions.map((reaction) => desk.nameOf(reaction.user_id)).join(', ');
    return el(
      mine ? 'button.chip.mine' : 'button.chip',
      { type: 'button', title: `:${name}: ${who}`, 'aria-pressed': mine, onclick: () => desk.react(post, name, !mine) },
      el('span.emoji', {}, emojiOf(name) ?? `:${name}:`),
      el('span', {}, reactions.length),
    );
  });
  return el('div.reactions', {}, chips, post.type === 'system_ephemeral' ? null : adder(post, desk, 'chip'));
}

function repliesButton(post, desk) {
  const count = desk.repliesTo(post);
  return el(
    'button.replies',
    { type: 'button', onclick: () => desk.openThread(post) },
    icon('reply'),
    count === 1 ? t('replies1') : t('replies', count),
  );
}

/** What can be done to a post, at its corner: by hovering, or by tapping it. */
function toolsView(post, desk, inThread) {
  const tool = (name, words, act) => el('button', { type: 'button', title: words, 'aria-label': words, onclick: act }, icon(name));
  return el('div.tools', {}, [
    adder(post, desk, 'tool'),
    inThread ? null : tool('reply', t('reply'), () => desk.openThread(post)),
    post.user_id === desk.myId && post.props.from_webhook === undefined
      ? [tool('pencil', t('edit'), () => desk.edit(post)), tool('trash', t('remove'), () => desk.remove(post))]
      : null,
  ]);
}

/** A small menu of reactions. */
function adder(post, desk, kind) {
  const menu = el(
    'div.picker',
    { hidden: true },
    OFFERED.map((name) => el('button', { type: 'button', title: `:${name}:`, onclick: () => desk.react(post, name, true) }, emojiOf(name))),
  );
  const button = el(
    `button.${kind}`,
    { type: 'button', title: t('react'), 'aria-label': t('react'), onclick: () => (menu.hidden = !menu.hidden) },
    icon('smile'),
  );
  const box = el('span.adder', { onfocusout: (event) => (menu.hidden = menu.hidden || !box.contains(event.relatedTarget)) }, button, menu);
  return box;
}
