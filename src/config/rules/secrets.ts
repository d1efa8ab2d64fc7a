/** Options of ElastAlert and of its alerters that hold a secret: a password, a token, an address that whoever has it may post to. */
const SECRET =
  /(?:password|passwd|secret|token|bearer|api_?key|auth_key|access_key(?:_id)?|service_key|integration_key|opsgenie_key|authorization|webhook(?:_urls?|_id)?)$/iu;

export function isSecret(key: string): boolean {
  return SECRET.test(key);
}

/** What stands in the place of a secret. */
const TAKEN_OUT = 'TAKEN-OUT';
/** A key of a block, with what stands before it: `  - "slack_webhook_url": `. */
const BLOCK = /^(?<before>\s*(?:-\s+)*)(?<quote>["']?)(?<key>[\w.-]+)\k<quote>\s*:(?=\s|$)/u;
/** A key within braces, with its value. */
const FLOW = /(?<before>[{,]\s*["']?(?<key>[\w.-]+)["']?\s*:\s*)(?:"[^"]*"|'[^']*'|\[[^\]]*\]|[^,{}[\]\s][^,}\s]*)/gu;

/** A rule file without its secrets: line by line, so that everything else stays as it was written, comments too. */
export function withoutSecrets(text: string): { readonly text: string; readonly keys: readonly string[] } {
  const keys = new Set<string>();
  const kept: string[] = [];
  /** The column of the secret whose value may go on; null: none. */
  let within: number | null = null;
  for (const line of text.split('\n')) {
    if (within !== null && goesOn(line, within)) continue;
    within = null;
    const { before = '', quote = '', key = '' } = BLOCK.exec(line)?.groups ?? {};
    if (isSecret(key)) {
      keys.add(key);
      kept.push(`${before}${quote}${key}${quote}: ${TAKEN_OUT}`);
      within = before.length;
    } else
      kept.push(
        line.replaceAll(FLOW, (whole: string, start: string, name: string) => {
          if (!isSecret(name)) return whole;
          keys.add(name);
          return `${start}${TAKEN_OUT}`;
        }),
      );
  }
  return { text: kept.join('\n'), keys: [...keys] };
}

/** Lines of a value: further in, or a list at the same column; and whatever is no key of its own, as PyYAML reads on. */
function goesOn(line: string, column: number): boolean {
  const indent = line.length - line.trimStart().length;
  if (line.trim() === '' || line.trimStart().startsWith('#')) return indent > column;
  return (
    indent > column ||
    (indent === column && line.trimStart().startsWith('- ')) ||
    (column === 0 && !BLOCK.test(line) && !/^[-{[]/u.test(line))
  );
}
