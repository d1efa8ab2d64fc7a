import {
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type DocumentOptions,
  type Node,
  type Pair,
  type ParseOptions,
  type SchemaOptions,
} from 'yaml';
import type { Path } from './schema-walk.ts';

/** A YAML file that knows where each of its parts stands. */
export interface Source {
  readonly document: Document;
  /** `vigie.yaml:8:5` */
  at(offset: number): string;
  /** Where a value stands; where it isn't there, the nearest thing above it. */
  ofValue(path: Path): string;
  /** Where its key stands. */
  ofKey(path: Path): string;
}

type Dialect = ParseOptions & DocumentOptions & SchemaOptions;

/**
 * @param name of the file, for the messages
 * @param dialect of YAML; 1.2 if not given
 */
export function readSource(text: string, name: string, dialect: Dialect = {}): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...dialect, lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  return {
    document,
    at,
    ofValue: (path) => at(valueOffset(document, path)),
    ofKey: (path) => at(keyOffset(document, path)),
  };
}

/** A list or a map that begins on the next line is best found by its key. */
function valueOffset(document: Document, path: Path): number {
  const node: unknown = document.getIn(path, true);
  if (isScalar(node) && node.range != null) return node.range[0];
  return keyOffset(document, path);
}

function keyOffset(document: Document, path: Path): number {
  if (path.length === 0) return 0;
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === path.at(-1)) : undefined;
  if (isScalar(pair?.key)) return pair.key.range?.[0] ?? 0;
  const node: unknown = document.getIn(path, true);
  return isNode(node) && node.range != null ? node.range[0] : keyOffset(document, path.slice(0, -1));
}

/** The path of a node, from those that it stands in, the outermost first. */
export function pathOf(node: unknown, ancestors: readonly (Document | Node | Pair)[]): Path {
  const chain: readonly unknown[] = [...ancestors, node];
  return chain.flatMap((part, index): PropertyKey[] => {
    if (isPair(part) && isScalar(part.key)) return [String(part.key.value)];
    return isSeq(part) ? [part.items.indexOf(chain[index + 1])] : [];
  });
}
