const FOUR = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/u;

/** An address in the one form that compares equal, or null for what is none: IPv6 in small letters and as short as it goes (RFC 5952). */
export function canonicalAddress(text: string): string | null {
  if (FOUR.test(text)) return text;
  const url = `http://[${text}]/`;
  if (!/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/u.test(text) || !URL.canParse(url)) return null;
  return new URL(url).hostname.slice(1, -1);
}

/** What was said to be an address, in that form; what is none stays as it is. */
export function inOneForm(text: string): string {
  return canonicalAddress(text) ?? text;
}

/** The numbers of an address: four of IPv4, eight of IPv6. */
export function partsOf(text: string): readonly number[] {
  const address = inOneForm(text);
  if (!address.includes(':')) return address.split('.').map(Number);
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter((part) => part !== ''));
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return [...head, ...zeros, ...tail].map((part) => Number.parseInt(part, 16));
}

/** The same addresses, whatever their order and form. */
export function isSameAddresses(one: readonly string[], other: readonly string[]): boolean {
  return listedAddresses(one) === listedAddresses(other);
}

/** Each once, in one order and form. */
export function listedAddresses(addresses: readonly string[]): string {
  return [...new Set(addresses.map(inOneForm))].toSorted().join(' ');
}
