import pino, { type Logger } from 'pino';
import { createBlot } from '#kernel/blot.ts';
import { visible } from '#kernel/visible.ts';

/**
 * The log: JSON lines on the standard output. Secrets are replaced by value, wherever in a line they stand: pino's own
 * redaction knows paths only, and a secret inside an error's message would get through. Whoever reads it does so on a terminal.
 */
export function createLog(
  level: string,
  secrets: readonly string[],
  write: (line: string) => void = (line) => process.stdout.write(line),
): Logger {
  const blot = createBlot(secrets);
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: pino.stdSerializers.err } },
    { write: (line: string) => write(visible(blot(line))) },
  );
}
