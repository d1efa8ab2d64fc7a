/** What a post that was refused is marked with, so that whoever asked sees it where they look. */
export const MARKS = { unclear: 'question', forbidden: 'no_entry_sign' } as const;

const UNCLEAR =
  /^(?:action|option|argument|flag|quote|command|text|edited|only|operation_meant|operation_unknown|service_unknown|guest_unknown|guest_is_service|host_unknown|node_unknown|swarm_node_unknown|machine_unknown|database_unknown)/u;

/** ❓ for what wasn't understood, 🚫 for what may not be. @param code of the refusal */
export function markOf(code: string): string {
  return UNCLEAR.test(code) ? MARKS.unclear : MARKS.forbidden;
}
