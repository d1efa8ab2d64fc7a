import { el } from './dom.js';
import { emojiOf } from './emoji.js';

/**
 * Markdown as Mattermost shows it, built node by node.
 * @param {string} source
 * @param {{ me?: string, known?: (username: string) => boolean }} context whose name to highlight, and which names are people's
 * @returns {DocumentFragment}
 */
export function markdown(source, context = {}) {
  const fragment = document.createDocumentFragment();
  fragment.append(...blocks(source.replace(/\r\n?/g, '\n').split('\n'), context));
  return fragment;
}

/** Inline Markdown alone: what titles take. */
export function inlineMarkdown(source, context = {}) {
  return inline(source, context);
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+-]*)\s*$/;
const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

function blocks(lines, context) {
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    const [node, next] = block(lines, at, context);
    if (node !== null) nodes.push(node);
    at = next;
  }
  return nodes;
}

function block(lines, at, context) {
  const line = lines[at];
  if (line.trim() === '') return [null, at + 1];
  if (FENCE.test(line)) return fence(lines, at);
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading !== null) return [el(`h${heading[1].length}`, {}, inline(heading[2], context)), at + 1];
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return [el('hr'), at + 1];
  if (/^\s*>/.test(line)) return quote(lines, at, context);
  if (line.includes('|') && TABLE_RULE.test(lines[at + 1] ?? '') && lines[at + 1].includes('-')) return table(lines, at, context);
  if (ITEM.test(line)) return list(lines, at, context);
  return paragraph(lines, at, context);
}

function fence(lines, at) {
  const [, marks, name] = FENCE.exec(lines[at]);
  let end = at + 1;
  while (end < lines.length && !(lines[end].trim().startsWith(marks) && /^\s*[`~]+\s*$/.test(lines[end]))) end += 1;
  const code = el('pre', {}, el('code', {}, lines.slice(at + 1, end).join('\n')));
  if (name !== '') code.dataset.language = name;
  return [code, end + 1];
}

function quote(lines, at, context) {
  let end = at;
  while (end < lines.length && /^\s*>/.test(lines[end])) end += 1;
  return [
    el(
      'blockquote',
      {},
      blocks(
        lines.slice(at, end).map((line) => line.replace(/^\s*>\s?/, '')),
        context,
      ),
    ),
    end,
  ];
}

function cells(line) {
  return line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function table(lines, at, context) {
  const sides = cells(lines[at + 1]).map((rule) => (/^:-+:$/.test(rule) ? 'center' : rule.endsWith('-:') ? 'right' : null));
  const row = (line, tag) =>
    el(
      'tr',
      {},
      cells(line).map((cell, index) => el(tag, { style: sides[index] ? `text-align:${sides[index]}` : null }, inline(cell, context))),
    );
  let end = at + 2;
  while (end < lines.length && lines[end].includes('|')) end += 1;
  const body = el(
    'tbody',
    {},
    lines.slice(at + 2, end).map((line) => row(line, 'td')),
  );
  return [el('div.table', {}, el('table', {}, el('thead', {}, row(lines[at], 'th')), body)), end];
}

function list(lines, at, context) {
  const [, indent, mark] = ITEM.exec(lines[at]);
  const numbered = /\d/.test(mark);
  const node = numbered ? el('ol', { start: parseInt(mark, 10) }) : el('ul');
  let here = at;
  while (here < lines.length) {
    const item = ITEM.exec(lines[here]);
    if (item === null || item[1].length !== indent.length || /\d/.test(item[2]) !== numbered) break;
    let end = here + 1;
    while (end < lines.length && lines[end].trim() !== '' && lines[end].search(/\S/) > indent.length) end += 1;
    const task = /^\[([ xX])\]\s+(.*)$/.exec(item[3]);
    const box = task === null ? [] : [el('input', { type: 'checkbox', disabled: true, checked: task[1] !== ' ' }), ' '];
    node.append(el('li', {}, box, inline(task?.[2] ?? item[3], context), blocks(lines.slice(here + 1, end), context)));
    here = end;
  }
  return [node, here];
}

/** Line ends count: Mattermost keeps them. */
function paragraph(lines, at, context) {
  let end = at + 1;
  while (
    end < lines.length &&
    lines[end].trim() !== '' &&
    !FENCE.test(lines[end]) &&
    !/^\s*>|^#{1,6}\s/.test(lines[end]) &&
    !ITEM.test(lines[end])
  )
    end += 1;
  const parts = lines.slice(at, end).flatMap((line, index) => [index > 0 ? el('br') : null, inline(line, context)]);
  return [el('p', {}, parts), end];
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** Inline marks, the earliest first; what is inside code stays as it is. */
const MARKS = [
  [/\\([\\`*_{}[\]()#+\-.!|~>@:])/, (match) => match[1]],
  [/&(?:#(\d{1,6})|(amp|lt|gt|quot));/, (match) => (match[1] === undefined ? ENTITIES[match[2]] : String.fromCodePoint(Number(match[1])))],
  [/(`+)([\s\S]*?[^`])\1(?!`)/, (match) => el('code', {}, match[2].trim())],
  [/!?\[([^\]]*)\]\(([^\s)]+)(?:\s+"[^"]*")?\)/, (match, context) => link(match[2], inline(match[1], context))],
  [/\*\*([\s\S]+?)\*\*(?!\*)/, (match, context) => el('strong', {}, inline(match[1], context))],
  [/__([\s\S]+?)__(?!_)/, (match, context) => el('strong', {}, inline(match[1], context))],
  [/~~([\s\S]+?)~~/, (match, context) => el('del', {}, inline(match[1], context))],
  [/(?<![\w*])\*(?!\s)([^*]+?)\*(?![\w*])/, (match, context) => el('em', {}, inline(match[1], context))],
  [/(?<![\w_])_(?!\s)([^_]+?)_(?![\w_])/, (match, context) => el('em', {}, inline(match[1], context))],
  [/\bhttps?:\/\/[^\s<>)\]]*[^\s<>)\].,;:!?'"]/, (match) => link(match[0], [match[0]])],
  [/:([+\w-]+):/, (match) => (emojiOf(match[1]) === null ? match[0] : el('span.emoji', { title: match[0] }, emojiOf(match[1])))],
  [/(?<![\w@/.])@([a-z0-9](?:[\w.-]*\w)?)/i, mention],
];

function inline(text, context) {
  const nodes = [];
  let rest = text;
  while (rest !== '') {
    const found = MARKS.map(([pattern, make]) => [pattern.exec(rest), make])
      .filter(([match]) => match !== null)
      .toSorted((a, b) => a[0].index - b[0].index)[0];
    if (found === undefined) break;
    const [match, make] = found;
    nodes.push(rest.slice(0, match.index), make(match, context));
    rest = rest.slice(match.index + match[0].length);
  }
  return [...nodes, rest].filter((node) => node !== '');
}

function mention([whole, name], { me, known }) {
  const lower = name.toLowerCase();
  const everybody = ['all', 'channel', 'here'].includes(lower);
  if (!everybody && known?.(lower) !== true) return whole;
  return el(everybody || lower === me ? 'span.mention.mine' : 'span.mention', {}, whole);
}

/** Only web and mail addresses are followed. */
function link(address, label) {
  return /^(https?:|mailto:)/i.test(address)
    ? el('a', { href: address, target: '_blank', rel: 'noreferrer noopener' }, label)
    : el('span', {}, label);
}
