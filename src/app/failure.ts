import { VigieError } from '#kernel/errors.ts';
import { ConfigError, type LoadedConfig } from '#config/load.ts';

/**
 * What a person reads of whatever ended a command: the catalogue's words, in the configured language.
 * @param loaded the configuration; null: none was read, and the words are English
 */
export async function failureWords(error: unknown, loaded: LoadedConfig | null): Promise<string> {
  if (error instanceof ConfigError) return error.problems.join('\n');
  if (!(error instanceof VigieError) || error.code === 'internal')
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  try {
    const { loadWords } = await import('./words.ts');
    return (await loadWords(loaded))(error);
  } catch {
    // Somebody broke the templates: what went wrong is said all the same.
    return error.message;
  }
}
