/** Nothing that writes data goes beyond this share of its storage, in percent. */
export const FILL_LIMIT = 85;

/** How full it would be, in whole percent, with so much more on it. */
export function filledTo({ sizeBytes, usedBytes }: { readonly sizeBytes: number; readonly usedBytes: number }, moreBytes = 0): number {
  // A storage of no size takes nothing.
  return sizeBytes <= 0 ? 100 : Math.ceil(((usedBytes + moreBytes) / sizeBytes) * 100);
}
