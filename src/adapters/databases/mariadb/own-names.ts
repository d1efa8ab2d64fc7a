import { identifier } from './client.ts';

/** A text, or a name with the dot behind it, and what stands behind the name that follows. */
const PARTS = /'(?:[^'\\]|\\[\s\S]|'')*'|`(?:[^`]|``)*`(?:\.(?=`(?:[^`]|``)*`([.(])?))?/gu;
/** Behind these stands no column. */
const BEFORE = /\b(?:(?:from|join) |(?:nextval|lastval|setval)\()\(*$/u;
const LONGEST_BEFORE = 64;

/**
 * The text of a view, as servers write it, that names nothing of its own database with that: it is the same view in whichever database it is made. What stands in texts stays, and so does a single name
 * before a column: a table may be called as its database is.
 * @param database as the text is encoded
 */
export function withOwnNames(view: string, database: string): string {
  const own = `${identifier(database)}.`;
  if (!view.includes(own)) return view;
  return view.replaceAll(PARTS, (part: string, behind: string | undefined, at: number) => {
    const goes = part === own && (behind !== undefined || BEFORE.test(view.slice(Math.max(0, at - LONGEST_BEFORE), at)));
    return goes ? '' : part;
  });
}
