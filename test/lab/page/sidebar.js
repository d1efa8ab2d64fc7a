import { avatar } from './avatar.js';
import { el, icon } from './dom.js';
import { t } from './words.js';

/** The list of channels, drawn whole each time: it is short. @param {import('./desk.js').Desk} desk @param {() => void} onChosen */
export function sidebarView(desk, onChosen) {
  const rooms = desk.channels.filter((channel) => channel.type !== 'D').toSorted((a, b) => a.display_name.localeCompare(b.display_name));
  const direct = desk.channels.filter((channel) => channel.type === 'D');
  const row = (channel, mark) => {
    const unread = desk.unread.get(channel.id);
    const classes = ['row', channel.id === desk.channel?.id && 'current', unread !== undefined && 'unread'].filter(Boolean).join('.');
    return el(
      `button.${classes}`,
      { type: 'button', onclick: () => void desk.enter(channel).then(onChosen) },
      mark,
      el('span', {}, desk.titleOf(channel)),
      unread?.mentions > 0 ? el('b.badge', {}, unread.mentions) : null,
    );
  };
  return [
    el('h2.team', {}, desk.team?.display_name ?? ''),
    el('h3', {}, t('channels')),
    rooms.map((channel) => row(channel, icon(channel.type === 'P' ? 'lock' : 'hash'))),
    el('h3', {}, t('direct')),
    direct.map((channel) => row(channel, small(desk.partner(channel)))),
    desk
      .strangers()
      .map((bot) =>
        el('button.row', { type: 'button', onclick: () => void desk.talkTo(bot).then(onChosen) }, small(bot), el('span', {}, bot.username)),
      ),
  ].flat();
}

function small(user) {
  return avatar({ name: user?.username ?? '?', isBot: user?.is_bot === true });
}
