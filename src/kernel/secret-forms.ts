/** A dress in which a secret may come back. */
export interface SecretForm {
  readonly text: string;
  /** Stands in a run of base64, which goes whole: the ends of the run hold pieces of the secret too. */
  readonly encoded: boolean;
  /** So many characters at its beginning are no secret: scheme and host of an address. */
  readonly open: number;
}

/** A line of a key that is longer is told from words; so is a part of an address. */
const [LONG_LINE, LONG_PART] = [24, 12];

/**
 * All dresses in which libraries, servers and shells repeat a secret: as it is, as it stands in JSON (once, and JSON in JSON), in an
 * address, in a form, in HTML, in hexadecimal, and within any longer base64, such as the `user:secret` of a header. Of a text of several
 * lines each long line too: whoever prints a key indents it.
 */
export function formsOf(secret: string): readonly SecretForm[] {
  const bare = [secret, ...longLines(secret), ...partsOfAddress(secret)].flatMap((text) => [text, inJson(text), inJson(inJson(text))]);
  const texts = [...bare, ...inAddresses(secret), inHtml(secret), ...inHex(secret)];
  return [
    ...texts.map((text) => ({ text, encoded: false, open: ORIGIN.exec(text)?.[0].length ?? 0 })),
    ...[secret, inJson(secret)].flatMap(inBase64).map((text) => ({ text, encoded: true, open: 0 })),
  ];
}

const ORIGIN = /^https?:\/\/[^/@]*\/?/u;

/** But for the first and the last line of a key, which are every key's. */
function longLines(secret: string): readonly string[] {
  const lines = secret.includes('\n') ? secret.split('\n').map((line) => line.trim()) : [];
  return lines.filter((line) => line.length >= LONG_LINE && !line.startsWith('-----'));
}

/** Errors name the path alone, or one part of it, where the whole address is the secret. */
function partsOfAddress(secret: string): readonly string[] {
  if (!ORIGIN.test(secret) || !URL.canParse(secret)) return [];
  const { pathname, search, searchParams, password } = new URL(secret);
  const parts = [`${pathname}${search}`, pathname, password, ...pathname.split('/'), ...searchParams.values()];
  return parts.filter((part) => part.length >= LONG_PART);
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Encoders differ in what they leave alone, and in the case of the digits. */
function inAddresses(secret: string): readonly string[] {
  const whole = secret.isWellFormed() ? encodeURIComponent(secret) : secret;
  const strict = whole.replaceAll(/[!'()*~]/gu, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ '': secret }).toString().slice(1);
  const path = encodeURI(secret.toWellFormed());
  const all = [whole, strict, form, path, userInfo(secret)];
  return [...all, ...all.map((text) => text.replaceAll(/%[0-9A-F]{2}/gu, (code) => code.toLowerCase()))];
}

/** As WHATWG's URL writes a password. */
function userInfo(secret: string): string {
  const url = new URL('http://host');
  url.password = secret;
  return url.password;
}

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function inHtml(secret: string): string {
  return secret.replaceAll(/[&<>"']/gu, (mark) => HTML[mark] ?? mark);
}

function inHex(secret: string): readonly string[] {
  const hex = Buffer.from(secret).toString('hex');
  return [hex, hex.toUpperCase()];
}

/** Bits of a character of base64, and of a byte. */
const [SEXTET, OCTET] = [6, 8];
/** Shorter pieces of base64 are told from chance no more. */
const SHORTEST_CORE = 7;

/**
 * The characters of base64 that the secret alone decides, wherever among the three alignments it begins, in both alphabets. Basic
 * authentication may be in Latin-1 where the rest of the world is in UTF-8.
 */
function inBase64(secret: string): readonly string[] {
  // oxlint-disable-next-line no-control-regex -- ASCII is what both encodings share
  const encodings = /^[\u0000-\u007f]*$/u.test(secret) ? (['utf8'] as const) : (['utf8', 'latin1'] as const);
  return encodings.flatMap((encoding) =>
    [0, 1, 2].flatMap((before) => {
      const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret, encoding)]);
      const first = Math.ceil((before * OCTET) / SEXTET);
      const core = bytes.toString('base64').slice(first, Math.floor((bytes.length * OCTET) / SEXTET));
      return core.length < SHORTEST_CORE ? [] : [core, core.replaceAll('+', '-').replaceAll('/', '_')];
    }),
  );
}
