import pino, { type Logger } from 'pino';

/** Shortest secret that is replaced: a shorter one would blot out ordinary words. */
const SHORTEST = 6;

/**
 * The log: JSON lines on the standard output. Secrets are replaced by value, wherever in a line they stand: pino's own
 * redaction knows paths only, and a secret inside an error's message would get through.
 */
export function createLog(
  level: string,
  secrets: readonly string[],
  write: (line: string) => void = (line) => process.stdout.write(line),
): Logger {
  // As they stand in JSON: a key with line breaks is escaped there.
  const forms = secrets.filter((secret) => secret.length >= SHORTEST).flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  const blot = (line: string): string => forms.reduce((text, secret) => text.replaceAll(secret, '[secret]'), line);
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: pino.stdSerializers.err } },
    { write: (line: string) => write(blot(line)) },
  );
}
