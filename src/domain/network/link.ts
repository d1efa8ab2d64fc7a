interface Held {
  readonly address: string;
  readonly prefix: number;
  readonly interface: string;
}

/** The interface of a machine on whose link an IPv4 address is, by the addresses that the machine has there; null: it is on none of its links. */
export function linkOf(address: string, held: readonly Held[]): string | null {
  const wanted = numberOf(address);
  if (wanted === null) return null;
  const on = held.find((own) => {
    const number = numberOf(own.address);
    // One that stands alone says nothing about its link.
    return number !== null && own.prefix > 0 && own.prefix < 32 && own.address !== address && same(number, wanted, own.prefix);
  });
  return on?.interface ?? null;
}

function numberOf(address: string): number | null {
  const parts = address.split('.').map(Number);
  return parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part < 256)
    ? parts.reduce((sum, part) => sum * 256 + part, 0)
    : null;
}

function same(one: number, other: number, prefix: number): boolean {
  const rest = 2 ** (32 - prefix);
  return Math.floor(one / rest) === Math.floor(other / rest);
}
