/**
 * Libraries write notes of their own to the console, past everything that takes secrets out and makes lines of JSON: they go where vigie's own go.
 * @param note writes one line
 */
export function consoleTo(note: (text: string) => void): void {
  const write = (...words: unknown[]): void => note(words.map(String).join(' '));
  Object.assign(console, { log: write, info: write, debug: write, warn: write, error: write });
}
