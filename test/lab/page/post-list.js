import { el } from './dom.js';
import { postView } from './post-view.js';
import { dayOf } from './words.js';

/** Posts of one author that follow within this time are drawn under one name. */
const TOGETHER_MS = 5 * 60_000;
/** Nearer to the end than this, in pixels, the list follows what comes. */
const NEAR_END = 120;

/**
 * A list of posts that only redraws those that changed, and stays at its end when it was there.
 * @param {import('./desk.js').Desk} desk @param {boolean} inThread
 */
export function postList(desk, inThread) {
  const list = el('div.posts', { role: 'log' });
  let drawn = new Map();
  let key = '';

  /** @param {object[]} posts oldest first @param {string} place whose posts they are: a change of place goes to the end */
  function update(posts, place) {
    const atEnd = key !== place || list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
    const next = new Map();
    let before = null;
    for (const post of posts) {
      if (!inThread && (before === null || dayOf(before.create_at) !== dayOf(post.create_at)))
        keep(next, `day ${dayOf(post.create_at)}`, '', () => el('div.day', {}, el('span', {}, dayOf(post.create_at))));
      const follows = before !== null && together(before, post, desk);
      keep(next, post.id, JSON.stringify([post, follows, desk.authorOf(post)]), () => postView(post, desk, { follows, inThread }));
      before = post;
    }
    arrange(next);
    drawn = next;
    key = place;
    if (atEnd) list.scrollTop = list.scrollHeight;
  }

  function keep(next, id, signature, make) {
    const known = drawn.get(id);
    next.set(id, known?.signature === signature ? known : { signature, node: make() });
  }

  /** Moves only what has to move, so that what is open or playing stays so. */
  function arrange(next) {
    const wanted = new Set([...next.values()].map((one) => one.node));
    for (const node of [...list.children]) if (!wanted.has(node)) node.remove();
    let after = list.firstChild;
    for (const node of wanted) {
      if (node === after) after = after.nextSibling;
      else list.insertBefore(node, after);
    }
  }

  // Pictures and folds change the height after they are drawn.
  new ResizeObserver(() => {
    if (list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END * 4) list.scrollTop = list.scrollHeight;
  }).observe(list);

  return { node: list, update };
}

function together(before, post, desk) {
  const same = before.user_id === post.user_id && desk.authorOf(before).name === desk.authorOf(post).name && before.type === post.type;
  return (
    same &&
    post.create_at - before.create_at < TOGETHER_MS &&
    dayOf(before.create_at) === dayOf(post.create_at) &&
    (before.root_id !== '' || before.reply_count === 0)
  );
}
