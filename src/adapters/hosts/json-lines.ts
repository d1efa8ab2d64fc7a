import type { z } from 'zod';
import { parseJson } from '#kernel/json.ts';

/** One value a line, as Docker's client prints them; null where a line is something else. */
export function parsedLines<S extends z.ZodType>(schema: S, text: string): readonly z.output<S>[] | null {
  const found: z.output<S>[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const read = schema.safeParse(valueOf(line));
    if (!read.success) return null;
    found.push(read.data);
  }
  return found;
}

function valueOf(line: string): unknown {
  try {
    return parseJson(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
