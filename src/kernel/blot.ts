import { formsOf, type SecretForm } from './secret-forms.ts';
import { withoutBearers } from './bearers.ts';

/** Takes secrets out of a text, in whatever dress they come. */
export type Blot = (text: string) => string;

/** Shortest secret that is looked for: a shorter one would blot out ordinary words. */
export const SHORTEST_SECRET = 6;
/** Stands where a secret stood. */
export const BLOTTED = '[secret]';
/** A text that was cut may end within a secret, or begin within one: so much of it is told from chance. */
const SHORTEST_PIECE = 8;
/** So many characters choose the forms that may stand here. */
const ANCHOR = 4;

type Anchored = ReadonlyMap<number, readonly SecretForm[]>;

/**
 * Made once from all that is secret, used at every way out: posts, pages, files, terminal, log, answers, store. The time that it takes
 * grows with the text alone: one look-up a character, and a comparison only where a form may stand.
 * @param shortest length from which a secret is looked for
 */
export function createBlot(secrets: readonly string[], shortest: number = SHORTEST_SECRET): Blot {
  const all = secrets.filter((secret) => secret.length >= shortest).flatMap((secret) => formsOf(secret));
  const forms = [...new Map(all.map((form) => [form.text, form])).values()].filter(({ text }) => text.length >= ANCHOR);
  const longestFirst = forms.toSorted((a, b) => b.text.length - a.text.length);
  if (longestFirst.length === 0) return withoutBearers;
  const byBeginning = Map.groupBy(longestFirst, ({ text }) => anchorAt(text, 0));
  const byEnd = Map.groupBy(longestFirst, ({ text }) => anchorAt(text, text.length - ANCHOR));
  const longest = longestFirst[0]?.text.length ?? 0;
  return (text) => withoutBearers(withoutEnd(withoutForms(text, byBeginning), byEnd, longest));
}

/** For whoever holds no secrets: what says itself that it is one is blotted all the same. */
export const BLOT_UNKNOWN: Blot = createBlot([]);

/** A number for the characters from here on; equal texts have equal numbers. */
function anchorAt(text: string, at: number): number {
  let anchor = 0;
  for (let index = at; index < at + ANCHOR; index += 1) anchor = (Math.imul(anchor, 31) + text.charCodeAt(index)) | 0;
  return anchor;
}

function withoutForms(text: string, byBeginning: Anchored): string {
  const end = text.length - (/[.…]{1,3}$/u.exec(text)?.[0].length ?? 0);
  let kept = '';
  let from = 0;
  for (let at = 0; at + ANCHOR <= text.length; at += 1) {
    const form = byBeginning.get(anchorAt(text, at))?.find((each) => text.startsWith(each.text, at) || isCutShort(each, text, at, end));
    if (form === undefined) continue;
    const until = Math.min(at + form.text.length, text.startsWith(form.text, at) ? text.length : end);
    const [first, last] = form.encoded ? runAround(text, from, at, until) : [at, until];
    kept += text.slice(from, first) + BLOTTED;
    from = last;
    at = last - 1;
  }
  return from === 0 ? text : kept + text.slice(from);
}

/** Somebody cut the text within the secret, and perhaps put dots there. */
function isCutShort({ text: form, open }: SecretForm, text: string, at: number, end: number): boolean {
  const left = end - at;
  return left >= open + SHORTEST_PIECE && left < form.length && form.startsWith(text.slice(at, end));
}

/** The end of a secret at the beginning of a text: what keeps the last bytes of an output cuts there. */
function withoutEnd(text: string, byEnd: Anchored, longest: number): string {
  for (let end = Math.min(longest, text.length); end >= SHORTEST_PIECE; end -= 1) {
    const piece = text.slice(0, end);
    const found = byEnd.get(anchorAt(text, end - ANCHOR))?.some(({ text: form }) => form.length > end && form.endsWith(piece));
    if (found === true) return BLOTTED + text.slice(end);
  }
  return text;
}

const BASE64 = /[A-Za-z0-9+/_-]/u;

/** The run of base64 around, from `floor` on. */
function runAround(text: string, floor: number, from: number, until: number): readonly [number, number] {
  let [first, last] = [from, until];
  while (first > floor && BASE64.test(text.charAt(first - 1))) first -= 1;
  while (last < text.length && BASE64.test(text.charAt(last))) last += 1;
  while (text.charAt(last) === '=') last += 1;
  return [first, last];
}
