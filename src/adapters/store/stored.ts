/** A column as it was before it was written: this store alone writes there, and it wrote a `T`. */
export function stored<T>(json: string): T {
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- as said above
  const value: T = JSON.parse(json);
  return value;
}
