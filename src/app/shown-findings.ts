import type { Finding } from './finding.ts';

/** Where a sentence ends and the next one begins: what is wrong, and what to do about it. */
const SENTENCE = /(?<=[.?!])\s+(?=\p{Lu})/u;

/** One line for what was found, and below what isn't well a line for what to do. ✓ well, ✗ wrong, ○ not configured. */
export function shownFinding({ what, ok, absent, detail }: Finding): string {
  const mark = absent === true ? '○' : ok ? '✓' : '✗';
  const flat = detail.replaceAll(/\s*\n\s*/gu, ' ');
  const [found = '', ...rest] = ok ? [flat] : flat.split(SENTENCE);
  const line = `${mark} ${what}${found === '' ? '' : `: ${found}`}`;
  return rest.length === 0 ? line : `${line}\n  ${rest.join(' ')}`;
}
