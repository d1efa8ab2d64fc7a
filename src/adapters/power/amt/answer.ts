import { isRecord } from '#kernel/json.ts';
import type { XMLParser as Parser } from 'fast-xml-parser';

/** Prefixes mean nothing in what AMT answers, numbers stay texts, and one element is no list. */
const OPTIONS = { removeNSPrefix: true, ignoreAttributes: true, parseTagValue: false, trimValues: true } as const;

/** An instance of a class, or what a method answers: texts by name, and what is nested. */
export type Instance = Readonly<Record<string, unknown>>;

/** What stands in an answer's body: one element, or a fault. */
export type Body =
  | { readonly fault: null; readonly name: string; readonly content: Instance }
  | { readonly fault: string; readonly reason: string };

let parser: Parser | null = null;

/** Reads a SOAP envelope; null for what is none, or declares a document type. The library is loaded on first use. */
export async function readEnvelope(text: string): Promise<Body | null> {
  if (/<!DOCTYPE/iu.test(text)) return null;
  const { XMLParser } = await import('fast-xml-parser');
  parser ??= new XMLParser(OPTIONS);
  const body = bodyOf(parsed(parser, text));
  if (body === null) return null;
  const { Fault: fault } = body;
  if (isRecord(fault)) return { fault: subcodeOf(fault), reason: textIn(isRecord(fault['Reason']) ? fault['Reason'] : {}, 'Text') };
  const [entry] = Object.entries(body);
  if (entry === undefined) return null;
  const [name, content] = entry;
  return { fault: null, name, content: isRecord(content) ? content : {} };
}

function parsed(reader: Parser, text: string): unknown {
  try {
    const document: unknown = reader.parse(text);
    return document;
  } catch {
    // What is no XML at all is no envelope either.
    return null;
  }
}

function bodyOf(document: unknown): Instance | null {
  if (!isRecord(document) || !isRecord(document['Envelope'])) return null;
  const { Body: body } = document['Envelope'];
  return isRecord(body) ? body : null;
}

/** `b:DestinationUnreachable` without its prefix. */
function subcodeOf({ Code: code }: Instance): string {
  const subcode = isRecord(code) ? code['Subcode'] : null;
  const value = isRecord(subcode) ? textIn(subcode, 'Value') : '';
  return value.replace(/^.*:/u, '') || 'Fault';
}

/** A text of an instance; empty where it has none. */
export function textIn(instance: Instance, name: string): string {
  const value = instance[name];
  if (typeof value === 'string') return value.trim();
  return isRecord(value) && typeof value['#text'] === 'string' ? value['#text'].trim() : '';
}

/** A whole number of an instance; null where it has none. */
export function numberIn(instance: Instance, name: string): number | null {
  const text = textIn(instance, name);
  return /^-?\d{1,15}$/u.test(text) ? Number(text) : null;
}

/** A list of one comes as its only element. */
export function listIn(instance: Instance, name: string): readonly unknown[] {
  const value = instance[name];
  return value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value];
}

/** The instances of a Pull: an association answers with its subclass, so the name is whatever it is. */
export function itemsIn({ Items: items }: Instance): readonly Instance[] {
  if (!isRecord(items)) return [];
  return Object.values(items)
    .flatMap((each): readonly unknown[] => (Array.isArray(each) ? each : [each]))
    .filter(isRecord);
}
