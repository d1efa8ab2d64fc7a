const BRACES = /\{(?:0?:(?<comma>,)?(?:\.(?<digits>\d{1,2}))?(?<kind>[fFgGdse%])?|0?)\}/gu;
const PERCENT = /%(?:\.(?<digits>\d{1,2}))?(?<kind>[fFgGdsie%])/gu;

/**
 * A number as Python's `format()` (of a text that begins with a brace) or its `%` writes it: `{:.2%}`, `{:,.1f}`, `%.2f`, `%d`. What isn't one of the usual forms stays as it
 * is written (https://docs.python.org/3/library/string.html#formatspec).
 */
export function formatted(format: string, value: number): string {
  if (format.startsWith('{')) return format.replaceAll(BRACES, (...found) => written(value, groupsIn(found)));
  return format.replaceAll(PERCENT, (whole, ...found) => (whole === '%%' ? '%' : written(value, groupsIn(found))));
}

interface Form {
  readonly comma?: string | undefined;
  readonly digits?: string | undefined;
  readonly kind?: string | undefined;
}

function groupsIn(found: readonly unknown[]): Form {
  const last = found.at(-1);
  return typeof last === 'object' && last !== null ? last : {};
}

function written(value: number, { comma, digits, kind }: Form): string {
  const places = digits === undefined ? 6 : Number(digits);
  switch (kind) {
    case 'f':
    case 'F':
      return grouped(value.toFixed(places), comma);
    case '%':
      return `${grouped((value * 100).toFixed(places), comma)}%`;
    case 'd':
    case 'i':
      return grouped(String(Math.trunc(value)), comma);
    case 'e':
      return value.toExponential(places).replace(/e([+-])(\d)$/u, 'e$10$2');
    case 'g':
    case 'G':
      return String(Number(value.toPrecision(Math.max(1, places))));
    default:
      return grouped(digits === undefined ? String(value) : String(Number(value.toPrecision(Math.max(1, places)))), comma);
  }
}

/** Thousands apart, where the form asks for it. */
function grouped(text: string, comma: string | undefined): string {
  if (comma === undefined) return text;
  const [whole = '', fraction] = text.split('.');
  const apart = whole.replaceAll(/\B(?=(?:\d{3})+$)/gu, ',');
  return fraction === undefined ? apart : `${apart}.${fraction}`;
}
