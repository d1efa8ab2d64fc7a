import { avatar } from './avatar.js';
import { composer } from './composer.js';
import { Desk } from './desk.js';
import { el, icon } from './dom.js';
import { postList } from './post-list.js';
import { showScenes } from './scenes.js';
import { sidebarView } from './sidebar.js';
import { language, t } from './words.js';

/** The page: who speaks, in what width, and the client itself. The address keeps all three: `?as=alice&channel=ops&width=phone`. */
const parts = Object.fromEntries(
  ['app', 'sidebar', 'channel', 'thread', 'people', 'scenes', 'widths'].map((id) => [id, document.getElementById(id)]),
);
const address = new URLSearchParams(location.search);
let desk = null;

document.documentElement.lang = language;
void start();

async function start() {
  const people = await (await fetch('/lab/people')).json();
  showWidths();
  void showScenes(parts.scenes);
  const person = people.find((one) => one.username === address.get('as')) ?? people[0];
  if (person === undefined) return parts.channel.replaceChildren(el('p.empty', {}, t('nobody')));
  await speakAs(person, people);
}

async function speakAs(person, people) {
  desk?.close();
  remember('as', person.username);
  const here = new Desk(person, () => (desk === here ? draw() : undefined));
  desk = here;
  const draw = layOut(here);
  showPeople(person, people);
  const wanted = address.get('thread'); // drawing rewrites the address
  await here.open(address.get('channel'));
  if (wanted !== null && here.posts.has(wanted)) await here.openThread(here.posts.get(wanted));
}

function showPeople(current, people) {
  const chips = people.map((person) => {
    const words = [person.username, person.position].filter(Boolean).join(', ');
    return el(
      person.id === current.id ? 'button.person.current' : 'button.person',
      {
        type: 'button',
        title: `${t('speaking')} ${words}`,
        'aria-pressed': person.id === current.id,
        onclick: () => void speakAs(person, people),
      },
      avatar({ name: person.username, isBot: false }),
      el('span', {}, el('b', {}, person.nickname || person.username), el('small', {}, person.position)),
    );
  });
  parts.people.replaceChildren(el('span.people-label', {}, t('speaking')), ...chips);
}

function showWidths() {
  const phone = address.get('width') === 'phone';
  document.body.classList.toggle('as-phone', phone);
  const button = (name, chosen) =>
    el(
      chosen ? 'button.current' : 'button',
      { type: 'button', 'aria-pressed': chosen, onclick: () => (remember('width', name === 'phone' ? 'phone' : null), showWidths()) },
      t(name),
    );
  parts.widths.replaceChildren(button('desktop', !phone), button('phone', phone));
}

/** Builds the three columns for a desk; the function it returns fills them. */
function layOut(here) {
  const toggle = (open) => parts.app.classList.toggle('menu-open', open);
  const title = el('h1');
  const away = el('p.away', { hidden: true }, t('away'));
  const main = postList(here, false);
  const side = postList(here, true);
  const write = composer(
    here,
    () => '',
    () => t('write', here.channel === null ? '…' : here.titleOf(here.channel)),
  );
  const reply = composer(
    here,
    () => here.threadId ?? '',
    () => t('writeThread'),
  );
  const menu = el('button.menu', { type: 'button', 'aria-label': t('menu'), onclick: () => toggle(true) }, icon('menu'));
  parts.channel.replaceChildren(
    el('header.bar', {}, menu, title),
    hintFor(here),
    away,
    main.node,
    write.node,
    el('button.veil', { type: 'button', 'aria-label': t('close'), onclick: () => toggle(false) }),
  );
  const close = el(
    'button.close',
    { type: 'button', 'aria-label': t('close'), onclick: () => (remember('thread', null), here.closeThread()) },
    icon('close'),
  );
  parts.thread.replaceChildren(el('header.bar', {}, el('h1', {}, t('thread')), close), side.node, reply.node);
  toggle(false);
  return () => {
    if (here.channel === null) return;
    remember('channel', here.channel.name);
    remember('thread', here.threadId);
    const mark =
      here.channel.type === 'D'
        ? avatar({ name: here.titleOf(here.channel), isBot: here.partner(here.channel)?.is_bot === true })
        : icon(here.channel.type === 'P' ? 'lock' : 'hash');
    title.replaceChildren(mark, here.titleOf(here.channel));
    away.hidden = here.connected;
    parts.sidebar.replaceChildren(...sidebarView(here, () => toggle(false)));
    main.update(here.mainPosts(), here.channel.id);
    write.update();
    parts.thread.hidden = here.threadId === null;
    parts.app.classList.toggle('thread-open', here.threadId !== null);
    if (here.threadId === null) return;
    side.update(here.threadPosts(), here.threadId);
    reply.update();
  };
}

/** Where one comes to try it: what to do first, until one has read it. */
function hintFor({ person }) {
  const hint = el('p.hint', { hidden: address.get('hint') === null });
  const done = () => (remember('hint', null), (hint.hidden = true));
  const close = el('button', { type: 'button', 'aria-label': t('close'), onclick: done }, icon('close'));
  hint.append(el('span', {}, t('hint', person.nickname || person.username)), close);
  return hint;
}

function remember(key, value) {
  if (value === null) address.delete(key);
  else address.set(key, value);
  history.replaceState(null, '', `?${address}`);
}
