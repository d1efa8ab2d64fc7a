/** How every archive of mongodump begins. */
export const MAGIC = Buffer.from('6de29981', 'hex');
const END = -1;
const DOCUMENT_START = 4;

/** A collection that an archive announces. */
export interface Announced {
  readonly db: string;
  readonly collection: string;
  /** `view`, `timeseries`, or nothing. */
  readonly type: string;
}

/** BSON is bytes that say how long they are: an archive's own documents hold nothing but texts and numbers. */
const SIZES: Readonly<Record<number, number>> = { 0x01: 8, 0x08: 1, 0x10: 4, 0x12: 8 };
const TEXT = 0x02;

/**
 * What an archive announces before its documents: a header, then a document for each collection.
 * @returns null while the beginning isn't all there yet
 * @throws RangeError for what is no such beginning
 */
export function preludeOf(beginning: Buffer): readonly Announced[] | null {
  if (beginning.length < MAGIC.length) return null;
  if (!beginning.subarray(0, MAGIC.length).equals(MAGIC)) throw new RangeError('it is no archive of mongodump');
  const documents: ReadonlyMap<string, string>[] = [];
  for (let at = MAGIC.length; at + DOCUMENT_START <= beginning.length;) {
    const size = beginning.readInt32LE(at);
    if (size === END) return documents.slice(1).map(announced);
    if (size <= DOCUMENT_START) throw new RangeError('its table of contents is damaged');
    if (at + size > beginning.length) return null;
    documents.push(textsOf(beginning.subarray(at + DOCUMENT_START, at + size - 1)));
    at += size;
  }
  return null;
}

function announced(texts: ReadonlyMap<string, string>): Announced {
  return { db: texts.get('db') ?? '', collection: texts.get('collection') ?? '', type: texts.get('type') ?? '' };
}

/** @throws RangeError for what runs over its end, or holds something else */
function textsOf(elements: Buffer): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (let at = 0; at < elements.length;) {
    const type = elements.readUInt8(at);
    const nameEnd = elements.indexOf(0, at + 1);
    if (nameEnd < 0) throw new RangeError('its table of contents is damaged');
    const name = elements.toString('utf8', at + 1, nameEnd);
    const size = type === TEXT ? 4 + elements.readInt32LE(nameEnd + 1) : SIZES[type];
    if (size === undefined || size < 1) throw new RangeError('its table of contents is damaged');
    if (texts.has(name)) throw new RangeError('its table of contents says something twice');
    if (type === TEXT) texts.set(name, elements.toString('utf8', nameEnd + 5, nameEnd + size));
    at = nameEnd + 1 + size;
  }
  return texts;
}
