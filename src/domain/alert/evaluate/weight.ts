import type { FoundDocument } from './inquiry.ts';

/** What a document costs beside its texts: objects, their names, a place in a map. */
const OWN_BYTES = 300;

/** About how much memory a found document takes, in bytes: a letter of a text takes one or two. */
export function weightOf({ source, fields }: Pick<FoundDocument, 'source' | 'fields'>): number {
  return OWN_BYTES + 2 * (JSON.stringify(source).length + (fields === undefined ? 0 : JSON.stringify(fields).length));
}
