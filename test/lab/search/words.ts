const WORD = /[\p{L}\p{N}\p{M}_]+(?:[.'’:](?=[\p{L}\p{N}])[\p{L}\p{N}\p{M}_]+)*/gu;
const known = new Map<string, readonly string[]>();
const KNOWN_MAX = 50_000;

/** The words of a text as Elasticsearch's standard analyzer has them, nearly: in small letters, `a.b` and `it's` undivided. */
export function wordsOf(text: string): readonly string[] {
  const found = known.get(text);
  if (found !== undefined) return found;
  const words = [...text.matchAll(WORD)].flatMap(([word]) => divided(word)).map((word) => word.toLowerCase());
  if (known.size < KNOWN_MAX) known.set(text, words);
  return words;
}

/** A dot or an apostrophe holds letters together or digits together, a colon letters only. */
function divided(word: string): readonly string[] {
  return word.split(/(?<=\p{L})[.'’:](?=\p{N})|(?<=\p{N})[.'’:](?=\p{L})|(?<=\p{N}):(?=\p{N})/u);
}
