import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** A document that people read, as it stands in the repository. */
export interface Document {
  /** From the root, such as `docs/alerts.md`. */
  readonly path: string;
  readonly text: string;
}

export function documents(): readonly Document[] {
  return globSync(['*.md', 'docs/*.md'], { cwd: ROOT })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

const FENCE = /^ *```(\w*)\n([\s\S]*?)^ *```$/gmu;

/** What stands between fences that name a language. */
export function fenced({ text }: Document, language: string): readonly string[] {
  return [...text.matchAll(FENCE)].filter(([, named]) => named === language).map(([, , content = '']) => content);
}

export interface Link {
  /** From the root; the document itself for `#anchor` alone. */
  readonly path: string;
  readonly anchor: string | null;
}

/** Links and pictures that lead to another place of the repository. */
export function linksOf({ path, text }: Document): readonly Link[] {
  const prose = text.replaceAll(FENCE, '').replaceAll(/`[^`\n]*`/gu, '');
  const targets = [...prose.matchAll(/\]\(([^()\s]+)\)/gu)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/u.test(target))
    .map((target) => {
      const [file = '', anchor = null] = target.split('#');
      return { path: file === '' ? path : normalize(join(dirname(path), file)), anchor };
    });
}

/** The anchors that a forge gives to a document's headings. */
export function anchorsOf({ text }: Document): ReadonlySet<string> {
  const headings = text.replaceAll(FENCE, '').matchAll(/^#{1,6} (.+)$/gmu);
  return new Set([...headings].map(([, heading = '']) => anchorOf(heading)));
}

function anchorOf(heading: string): string {
  const plain = heading.toLowerCase().replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, '$1');
  return plain.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
}

/** What stands in a line between back-ticks. */
export function spansOf(text: string): readonly string[] {
  return [...text.replaceAll(FENCE, '').matchAll(/`([^`\n]+)`/gu)].map(([, content = '']) => content);
}

const PLACES = 'src|handlers|templates|docs|tools|test|bin';
const PATH = new RegExp(String.raw`(?<![\p{L}\p{N}_./:@-])(?:${PLACES})/(?:[\w./*<>…-]|\{[\w,-]+\})*`, 'gu');

/**
 * Paths of the repository that a document names in code, as patterns of a shell: what stands for something else (`<id>`, `…`)
 * matches anything.
 */
export function pathsOf({ text }: Document): readonly string[] {
  const code = [...text.matchAll(FENCE)].map(([, , content = '']) => content);
  const named = [...code, ...spansOf(text)].flatMap((piece) => [...piece.matchAll(PATH)].map(([path]) => path));
  return [...new Set(named.map((path) => path.replace(/[.-]+$/u, '').replaceAll(/<\w+>|…/gu, '*')))];
}
