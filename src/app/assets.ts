import { readdirSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { sha256 } from '#kernel/hash.ts';
import { loadTemplates, type TemplateSet } from '#messages/templates.ts';
import { loadHandlers, type Entry } from '#pipeline/operation/catalogue.ts';

/** vigie's own folder. */
export const ROOT = dirname(findPackageJSON(import.meta.url) ?? '');
/** Handlers as what runs here is: from the sources, or beside what was built of them. */
const ENDING = extname(import.meta.filename);
const FOLDERS = {
  handlers: join(ENDING === '.ts' ? ROOT : import.meta.dirname, 'handlers'),
  messages: join(ROOT, 'templates/messages'),
};

export interface Assets {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly templates: TemplateSet;
  readonly problems: readonly string[];
  /** Hashes of what was loaded, for the audit. */
  readonly hashes: { readonly handlers: string; readonly templates: string };
}

/** Loads handlers and words, and checks that they fit each other. Nothing starts with a problem. */
export async function loadAssets(folders: typeof FOLDERS = FOLDERS): Promise<Assets> {
  const [handlers, { templates, problems }] = await Promise.all([loadHandlers(folders.handlers, ENDING), loadTemplates(folders.messages)]);
  const missing = [...handlers.entries].flatMap(([id, { family }]) =>
    (['en', 'fr'] as const)
      .filter((language) => !templates[language].has(id))
      .map(
        (language) =>
          `templates/messages/${language}/${family === null ? '' : `${family}/`}${id}.md is missing: the handler ${id} needs it`,
      ),
  );
  return {
    entries: handlers.entries,
    templates,
    problems: [
      ...handlers.problems.map((problem) => `handlers/${problem}`),
      ...problems.map((problem) => `templates/messages/${problem}`),
      ...missing,
      ...doubledAliases(templates, handlers.entries),
    ],
    hashes: { handlers: hashOf(folders.handlers), templates: hashOf(folders.messages) },
  };
}

/** A word that means two actions would mean the one that was loaded last. */
function doubledAliases(templates: TemplateSet, entries: ReadonlyMap<string, Entry>): string[] {
  const owners = new Map<string, string>();
  return Object.entries(templates).flatMap(([language, set]) =>
    [...entries.keys()].flatMap((id) =>
      (set.get(id)?.aliases ?? []).flatMap((alias) => {
        const owner = owners.get(alias) ?? (entries.has(alias) ? alias : id);
        owners.set(alias, owner);
        return owner === id ? [] : [`templates/messages/${language}/${set.get(id)?.file}: the alias ${alias} is ${owner}'s already`];
      }),
    ),
  );
}

/** Some hundred small files, read one after the other: asking for them at once takes Node longer than reading them. */
function hashOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name)).toSorted();
  const parts = paths.map((path) => `${path.slice(folder.length)}\n${sha256(readFileSync(path, 'utf8'))}`);
  return sha256(parts.join('\n')).slice(0, 16);
}
