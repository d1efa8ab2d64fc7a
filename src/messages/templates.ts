import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { reasonOf } from '#kernel/json.ts';
import { filesOfFamilies } from './families.ts';

export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

const frontMatter = z.strictObject({
  /** Of one word or two: `oncall swap`. */
  aliases: z.array(z.string().regex(/^[\p{L}-]+(?: [\p{L}-]+)?$/u)).default([]),
  summary: z.string().optional(),
  examples: z.array(z.string()).default([]),
  hint: z.string().optional(),
  /** Names of options in this language, with the option that each stands for: `avant: before`. */
  options: z.record(z.string().regex(/^[\p{L}'’-]+$/u), z.string()).default({}),
});

/** One file of words: what help says of it, and its sections by name. */
export interface Template {
  readonly name: string;
  /** Where it lies, below its language. */
  readonly file: string;
  readonly aliases: readonly string[];
  readonly summary: string | null;
  readonly examples: readonly string[];
  readonly hint: string | null;
  readonly options: Readonly<Record<string, string>>;
  readonly sections: ReadonlyMap<string, string>;
}

export type TemplateSet = Readonly<Record<Language, ReadonlyMap<string, Template>>>;

export interface LoadedTemplates {
  readonly templates: TemplateSet;
  readonly problems: readonly string[];
}

/** Reads `<folder>/en/*.md` and `<folder>/fr/*.md`, and what lies a folder deeper; every problem of every file is listed. */
export async function loadTemplates(folder: string): Promise<LoadedTemplates> {
  const problems: string[] = [];
  const read = async (language: Language) => {
    const found = new Map<string, Template>();
    for (const { family, name } of await filesOfFamilies(join(folder, language), '.md')) {
      const file = `${family === null ? '' : `${family}/`}${name}.md`;
      try {
        if (found.has(name)) throw new Error('there is another file of this name: each has one of its own');
        found.set(name, { ...parseTemplate(name, readFileSync(join(folder, language, file), 'utf8')), file });
      } catch (error) {
        problems.push(`${language}/${file}: ${reasonOf(error)}`);
      }
    }
    return found;
  };
  const templates = { en: await read('en'), fr: await read('fr') };
  return { templates, problems: [...problems, ...unevenness(templates)] };
}

/** Reads front matter between `---` lines, then sections that begin with `## name`. */
export function parseTemplate(name: string, source: string): Template {
  const match = /^---\n([\s\S]*?)\n---\n/u.exec(source);
  const head = frontMatter.parse((match === null ? null : parse(match[1] ?? '')) ?? {});
  const sections = new Map<string, string>();
  for (const part of source
    .slice(match?.[0].length ?? 0)
    .split(/^## /mu)
    .slice(1)) {
    const end = part.indexOf('\n');
    const title = part.slice(0, end).trim();
    if (sections.has(title)) throw new Error(`the section "${title}" stands there twice`);
    sections.set(title, part.slice(end + 1).trim());
  }
  const { aliases, summary = null, examples, hint = null, options } = head;
  return { name, file: `${name}.md`, aliases, summary, examples, hint, options, sections };
}

/** Both languages have the same files with the same sections. */
function unevenness(templates: TemplateSet): string[] {
  const problems: string[] = [];
  for (const [one, other] of [
    ['en', 'fr'],
    ['fr', 'en'],
  ] as const) {
    for (const [name, template] of templates[one]) {
      const twin = templates[other].get(name);
      if (twin === undefined) problems.push(`${other}/${template.file} is missing: ${one} has it`);
      else if (twin.file !== template.file)
        problems.push(`${other}/${twin.file}: ${one} has it as ${template.file}: they lie in the same place`);
      else
        for (const section of template.sections.keys())
          if (!twin.sections.has(section)) problems.push(`${other}/${twin.file}: the section "${section}" is missing`);
    }
  }
  return problems;
}
