import type { Finding } from './finding.ts';

/** Where a sentence ends and the next one begins: what is wrong, and what to do about it. */
const SENTENCE = /(?<=[.?!])\s+(?=\p{Lu})/u;

/** `12 well, 1 wrong, 3 not configured` */
export function summaryOf(findings: readonly Finding[]): string {
  const wrong = findings.filter(({ ok }) => !ok).length;
  const absent = findings.filter((each) => each.absent === true).length;
  const parts = [`${findings.length - wrong - absent} well`, `${wrong} wrong`, `${absent} not configured`];
  return `${wrong === 0 ? '✓' : '✗'} ${parts.join(', ')}`;
}

/** One line for what was found, and below what isn't well a line for what to do. ✓ well, ✗ wrong, ○ not configured. */
export function shownFinding({ what, ok, absent, detail }: Finding): string {
  const mark = absent === true ? '○' : ok ? '✓' : '✗';
  const flat = detail.replaceAll(/\s*\n\s*/gu, ' ');
  const [found = '', ...rest] = ok ? [flat] : flat.split(SENTENCE);
  const line = `${mark} ${what}${found === '' ? '' : `: ${found}`}`;
  return rest.length === 0 ? line : `${line}\n  ${rest.join(' ')}`;
}
