/**
 * Whether a value has the form of a pattern in which `*` stands for any run of characters, none included. The parts between the stars are
 * looked for from left to right, each as early as it can be: nothing is ever tried twice, so that no pattern is slow. A regular expression
 * of the same meaning takes a minute for `*a*a*a*a*a*a*a*b`.
 */
export function isAlike(pattern: string, value: string): boolean {
  const parts = pattern.split('*');
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return pattern === value;
  if (!value.startsWith(first) || value.length < first.length + last.length || !value.endsWith(last)) return false;
  const end = value.length - last.length;
  let at = first.length;
  for (const part of others) {
    const found = value.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
