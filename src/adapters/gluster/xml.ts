import type { XMLParser as Parser } from 'fast-xml-parser';

/**
 * Lists also where there is one, texts as they stand (names of files may begin with a space), and numbers as texts. Entities of documents
 * are none: a text that declares some isn't GlusterFS's.
 */
const OPTIONS = {
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  isArray: (name: string) => LISTS.has(name),
} as const;
const LISTS: ReadonlySet<string> = new Set(['volume', 'brick', 'option', 'node', 'file', 'peer', 'Opt', 'limit']);

let parser: Parser | null = null;

/** What an answer of `gluster --xml` holds; null for what is none, was cut off, or declares a document type. The library is loaded on first use. */
export async function parseXml(text: string): Promise<unknown> {
  if (/<!DOCTYPE/iu.test(text) || !/^<\?xml .*<\/cliOutput>\s*$/su.test(text)) return null;
  const { XMLParser } = await import('fast-xml-parser');
  parser ??= new XMLParser(OPTIONS);
  const parsed: unknown = parser.parse(text);
  return parsed;
}
