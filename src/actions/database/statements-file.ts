import { BOUNDS } from '#kernel/bounds.ts';

/** Statements that a person runs, as a file beside the end of an operation. Nothing, where there are none. @param shown without values */
export function fileOf(name: string, shown: string): { readonly file?: { readonly name: string; readonly text: string } } {
  if (shown.trim() === '') return {};
  const text = shown.length <= BOUNDS.statements.most ? shown : `${shown.slice(0, BOUNDS.statements.most)}…\n`;
  return { file: { name, text } };
}
