import type { JsonObject } from '#kernel/json.ts';

/** When the made data is read, and when its moments are: another day of the same year. */
export const NOW = Date.UTC(2026, 10, 30, 12, 0);
const MOMENT = Date.UTC(2026, 10, 28, 13, 5);
const HOUR_MS = 3_600_000;

/** What a template does with a value, by its path: `services[].name`. */
interface Use {
  list: boolean;
  number: 'count' | 'moment' | 'duration' | null;
  person: boolean;
  problem: boolean;
  /** A line of a system. */
  line: boolean;
  /** What it is compared with: one of these, or something else. */
  readonly words: Set<string>;
  /** It may be missing: it is asked whether it is there. */
  optional: boolean;
  /** A list that stands in the middle of a sentence, and nobody asks whether it is empty: it never is. */
  filled: boolean;
  sizeAsked: boolean;
}

export type Uses = ReadonlyMap<string, Use>;

const MOMENTS = ['time', 'on', 'at', 'since', 'until', 'of', 'after', 'from'];
const COUNTS = ['plural', 'minus', 'plus', 'times', 'measure'];
/** Numbers that are printed as they are. */
const NUMBERS =
  /(?:^|\.)(?:more|total|count|counts|starts|documents|firing|groups|missing|needed|available|limit|most|open|seq|tables|rows|running|wanted|completed|room|left|removed|reads|ran|failed|made_up|skipped|copies|pruned|dropped|unrestorables|unrestorable|changed|defined|differing|warnings|services|replicas|guests|off|short|failing|fired|keys|matchers|characters|stars|releases|cleaned|items|keep|days|documents)$/u;
const LISTS = ['list', 'mentions', 'who', 'filled'];
const PATH = String.raw`[a-z_][\w-]*(?:\[0\])?(?:\.[a-z_][\w-]*(?:\[0\])?)*`;

const INLINE = new RegExp(`\\{%-? for \\w+ in (${PATH}) %\\}(?!\\n)[^\\n]*?\\{%-? endfor`, 'gu');

/** Reads what a section needs: what is printed how, gone through, and compared. */
export function usesOf(section: string): Uses {
  const uses = new Map<string, Use>();
  const names = new Map<string, string>();
  const at = (path: string): Use => {
    const [first = '', ...rest] = path.replaceAll('[0]', '[]').split('.');
    const whole = [names.get(first) ?? first, ...rest].join('.');
    const size = whole.endsWith('.size');
    const key = size ? whole.slice(0, -'.size'.length) : whole;
    const use = uses.get(key) ?? {
      list: false,
      number: null,
      person: false,
      problem: false,
      line: false,
      words: new Set(),
      optional: false,
      filled: false,
      sizeAsked: false,
    };
    uses.set(key, size ? Object.assign(use, { list: true }) : use);
    if (path.includes('[0]')) at(path.slice(0, path.indexOf('[0]'))).filled = true;
    return use;
  };
  for (const [, tag, output] of section.matchAll(/\{%-?\s*(.*?)\s*-?%\}|\{\{-?\s*(.*?)\s*-?\}\}/gu))
    if (output === undefined) readTag(tag ?? '', at, names);
    else readOutput(output, at);
  names.clear();
  for (const [, path = ''] of section.matchAll(INLINE)) at(path).filled = true;
  for (const key of uses.keys()) if (/(?:^|\.)forloop(?:\.|$)/u.test(key)) uses.delete(key);
  return uses;
}

function readTag(tag: string, at: (path: string) => Use, names: Map<string, string>): void {
  const loop = new RegExp(`^for (\\w+) in (${PATH})`, 'u').exec(tag);
  if (loop !== null) {
    const [, name = '', path = ''] = loop;
    at(path).list = true;
    const [first = '', ...rest] = path.split('.');
    names.set(name, `${[names.get(first) ?? first, ...rest].join('.')}[]`);
    return;
  }
  const assign = new RegExp(`^assign (\\w+) = (${PATH})$`, 'u').exec(tag);
  if (assign !== null) names.set(assign[1] ?? '', assign[2] ?? '');
  else if (/^(?:if|elsif|unless) /u.test(tag)) readCondition(tag, at);
  else if (tag.startsWith('case ')) cases.push(tag.slice(5));
  else if (tag.startsWith('when ')) for (const [, word = ''] of tag.matchAll(/'([^']*)'/gu)) at(cases.at(-1) ?? '').words.add(word);
  else if (tag === 'endcase') cases.pop();
}

const cases: string[] = [];

function readCondition(tag: string, at: (path: string) => Use): void {
  for (const part of tag.replace(/^\w+ /u, '').split(/ (?:and|or) /u)) {
    const [, path = '', sign, value = ''] = new RegExp(`^(${PATH})(?: (==|!=|<=?|>=?) (.*))?$`, 'u').exec(part.trim()) ?? [];
    if (path === '') continue;
    const use = at(path);
    const sized = path.endsWith('.size');
    use.sizeAsked ||= sized;
    if (sign === undefined || value === 'nil') use.optional ||= !sized;
    else if (value.startsWith("'")) use.words.add(value.slice(1, -1));
    else if (/^-?[\d.]+$/u.test(value)) use.number ??= sized ? null : 'count';
    else if (new RegExp(`^${PATH}$`, 'u').test(value) && !['true', 'false'].includes(value)) {
      use.number ??= sized ? null : 'count';
      if (!value.endsWith('.size')) at(value).number ??= 'count';
      else at(value);
    } else use.optional = true;
  }
}

function readOutput(output: string, at: (path: string) => Use): void {
  const [path = '', ...filters] = output.split(' | ');
  if (!new RegExp(`^${PATH}$`, 'u').test(path)) return;
  const use = at(path);
  const sized = path.endsWith('.size');
  if (filters.length === 0 && NUMBERS.test(path)) use.number ??= 'count';
  for (const filter of filters) {
    const [name = '', others = ''] = filter.split(': ');
    for (const other of others.split(', '))
      if (new RegExp(`^${PATH}$`, 'u').test(other)) at(other).number ??= name === 'minus' ? 'moment' : null;
    if (!sized && MOMENTS.includes(name)) use.number = 'moment';
    else if (!sized && (name === 'duration' || name === 'age')) use.number = filters.length > 1 ? 'moment' : 'duration';
    else if (!sized && COUNTS.includes(name)) use.number ??= 'count';
    else if (LISTS.includes(name)) Object.assign(use, { list: true, filled: true });
    if (name === 'mentions' || name === 'who' || name === 'mention') use.person = true;
    if (name === 'led_by' && path.endsWith('instead')) use.list = true;
    if (name === 'problem') use.problem = true;
    if (name === 'status_line') use.line = true;
  }
}

/** One way of filling a section: how many of everything, whether what may be missing is there, and which word of each choice. */
export interface Case {
  readonly count: number;
  readonly there: boolean;
  readonly round: number;
}

/** Data of everything that a section uses. */
export function madeData(uses: Uses, kind: Case): JsonObject {
  const paths = [...uses.keys()].map((key) => key.split('.'));
  return objectOf(uses, paths, '', kind);
}

function objectOf(uses: Uses, paths: readonly (readonly string[])[], before: string, kind: Case): JsonObject {
  const made: Record<string, JsonObject[string]> = {};
  for (const name of new Set(paths.map(([first = '']) => first.replace(/\[\]$/u, '')))) {
    const list = paths.filter(([first]) => first === `${name}[]`).map(([, ...rest]) => rest);
    const plain = paths.filter(([first]) => first === name).map(([, ...rest]) => rest);
    const key = `${before}${name}`;
    const use = uses.get(key);
    const inner = plain.filter((rest) => rest.length > 0);
    const isList = list.length > 0 || use?.list === true;
    const least = use?.filled === true && !use.sizeAsked ? 1 : 0;
    if (isList)
      made[name] = Array.from({ length: Math.max(least, kind.count) }, () =>
        valueOf(
          uses,
          list.filter((rest) => rest.length > 0),
          `${key}[].`,
          kind,
        ),
      );
    else if (use?.optional === true && !kind.there) made[name] = null;
    else made[name] = inner.length > 0 && use?.problem !== true ? objectOf(uses, inner, `${key}.`, kind) : single(use, kind);
  }
  return made;
}

function valueOf(uses: Uses, inner: readonly (readonly string[])[], before: string, kind: Case): JsonObject[string] {
  const use = uses.get(before.slice(0, -3)) ?? uses.get(before.slice(0, -1));
  if (uses.get(before.slice(0, -1))?.line === true) return A_LINE;
  if (inner.length > 0) return { username: 'alice', ...objectOf(uses, inner, before, kind) };
  return use?.person === true ? { username: 'alice' } : single(use === undefined ? use : { ...use, list: false, number: null }, kind);
}

const A_LINE = { says: 'search', about: {} };

function single(use: Use | undefined, { count, round }: Case): JsonObject[string] {
  if (use?.problem === true) return { code: 'cancelled', params: {} };
  if (use?.person === true) return { username: 'alice' };
  if (use?.number === 'moment') return MOMENT;
  if (use?.number === 'duration') return count * 5 * HOUR_MS;
  if (use?.number === 'count') return count;
  const words = [...(use?.words ?? []), 'etherpad'];
  return words[round % words.length] ?? '';
}

/** As many rounds as show each word of each choice. */
export function roundsOf(uses: Uses): number {
  return Math.max(1, ...[...uses.values()].map(({ words }) => words.size + 1));
}
