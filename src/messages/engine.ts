import { Liquid } from 'liquidjs';
import { BLOT_UNKNOWN, type Blot } from '#kernel/blot.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { fold } from '#kernel/fold.ts';
import { isRecord, mapTexts, toJsonObject, type JsonObject } from '#kernel/json.ts';
import { onceFor } from '#kernel/once-for.ts';
import { visible } from '#kernel/visible.ts';
import { shownItems, shownValue } from './cutting.ts';
import { ageWords, durationWords } from './duration-words.ts';
import { ledBy } from './elision.ts';
import type { CutMark } from './fit.ts';
import { codeBlock, codeContent, codeSpan, escapeFilled, escapeOwn, escapeText, mention, rawLine } from './markdown.ts';
import { formatMeasure } from './measure.ts';
import { LEADS, leading, momentWords, shortMoment } from './moment-words.ts';
import type { Language, Template, TemplateSet } from './templates.ts';

/** A command written out in a template, such as `` `show {{ id }}` ``: Markdown's backslashes would stand there as they are. */
const CODE = /`[^`\n]*`/gu;

function inCode(span: string): string {
  return span.replaceAll(/\{\{-?\s*(.*?)\s*-?\}\}/gu, '{{ $1 | in_code }}');
}

export interface Engine {
  /** The words of a section. @throws when the template lacks it or a variable is missing */
  render(language: Language, template: string, section: string, data: JsonObject): string;
  has(language: Language, template: string, section: string): boolean;
  /** A word of a list of `words.md`, as it is. */
  term(language: Language, list: string, key: string): string;
  /** What stands in the place of what is missing. */
  cutMark(language: Language): CutMark;
}

/**
 * LiquidJS, so that text which people may edit can't run code: every output is escaped, `raw` doesn't exist.
 * @param blot takes secrets out of the data: once its Markdown is escaped, nobody recognises a secret any more
 */
export function createEngine(templates: TemplateSet, timezone: string, now: () => number, blot: Blot = BLOT_UNKNOWN): Engine {
  const liquids = {
    en: liquidFor('en', { timezone, now }, (name) => templates.en.get(name), wordsOf('en')),
    fr: liquidFor('fr', { timezone, now }, (name) => templates.fr.get(name), wordsOf('fr')),
  };
  const parsed = new Map<string, ReturnType<Liquid['parse']>>();
  // A post asks for a dozen sections of the same data.
  const blotted = onceFor((data: JsonObject) => mapTexts(data, blot));
  const render: Engine['render'] = (language, template, section, data) => {
    const key = `${language}/${template}#${section}`;
    let ready = parsed.get(key);
    if (ready === undefined) {
      const source = templates[language].get(template)?.sections.get(section);
      if (source === undefined) throw new Error(`templates/messages/${language}/${template}.md has no section "${section}"`);
      ready = liquids[language].parse(source.replaceAll(CODE, inCode), key);
      parsed.set(key, ready);
    }
    const text: unknown = liquids[language].renderSync(ready, blotted(data));
    return tidy(String(text));
  };
  /** A line of a catalogue of the same language, made by a filter while another text is rendered. */
  function wordsOf(language: Language) {
    return (list: 'errors' | 'status-line', name: string, data: JsonObject): string => render(language, list, name, data);
  }
  return {
    render,
    has: (language, template, section) => templates[language].get(template)?.sections.has(section) ?? false,
    term: (language, list, key) => termOf(templates[language].get('words'), list, key),
    cutMark: (language) => cutMarkOf(language, templates[language].get('words')),
  };
}

/** A word of a list `key=words` in `words.md`; what isn't there stays as it is. */
function termOf(words: Template | undefined, list: string, key: unknown): string {
  const lines = words?.sections.get(list)?.split('\n') ?? [];
  return lines.find((line) => line.startsWith(`${String(key)}=`))?.slice(String(key).length + 1) ?? String(key ?? '');
}

/** ` … (+312 kB)`: the words of the list `cut`, with the size in the place of `{size}`. */
function cutMarkOf(language: Language, words: Template | undefined): CutMark {
  return (missing) => ` ${termOf(words, 'cut', 'text').replace('{size}', formatMeasure(missing, 'bytes', language))}`;
}

/** A template's loops leave blank lines: at most one stays. */
function tidy(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines
    .filter((line, index) => line !== '' || (lines[index - 1] ?? '') !== '')
    .join('\n')
    .trim();
}

function liquidFor(
  language: Language,
  { timezone, now }: { readonly timezone: string; readonly now: () => number },
  template: (name: string) => Template | undefined,
  words: (list: 'errors' | 'status-line', name: string, data: JsonObject) => string,
): Liquid {
  const mark: CutMark = (missing) => cutMarkOf(language, template('words'))(missing);
  const shown = (value: unknown): unknown => shownValue(value, BOUNDS.value.most, mark);
  const liquid = new Liquid({
    outputEscape: (value) => escapeText(shown(value)),
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    lenientIf: true,
    parseLimit: BOUNDS.section.most,
    renderLimit: BOUNDS.renderTime.most,
    memoryLimit: 10_000_000,
    dynamicPartials: false,
    relativeReference: false,
    root: [],
    // Its own dates are never used. Asked for nothing, it asks Node for the locale of this machine: eight megabytes of all that are known.
    locale: language,
  });
  /** A filter whose result is Markdown already: it isn't escaped again. */
  const made = (name: string, handler: (value: unknown, ...rest: unknown[]) => string): void => {
    liquid.registerFilter(name, { raw: true, handler });
  };
  liquid.registerFilter('raw', () => {
    throw new Error('raw is not allowed in templates');
  });
  made('code', (value) => codeSpan(shown(value)));
  made('block', (value) => codeBlock(shownValue(value, BOUNDS.block.most, mark)));
  made('in_code', (value) => codeContent(shown(value)));
  made('name', userName);
  // An address that vigie made: nothing in it may end the link.
  made('url', (address) =>
    String(address ?? '')
      .replaceAll(/[()<>\s]/gu, encodeURIComponent)
      .replaceAll('(', '%28')
      .replaceAll(')', '%29'),
  );
  // Whoever writes the rules and the templates may use Markdown; they wake nobody by it.
  const authored = (text: unknown): string => visible(String(shownValue(text ?? '', BOUNDS.field.most, mark))).replaceAll('@', '@\u200b');
  made('authored', authored);
  // A field's title isn't Markdown either.
  made('plain', (text) => rawLine(shown(text)));
  // What a rule says, with what documents say in it.
  made('filled', (parts) =>
    Array.isArray(parts)
      ? escapeFilled(parts.map((part: unknown) => (isRecord(part) ? { value: shown(part['value']) } : part)))
      : escapeText(shown(parts)),
  );
  made('own', (text) => escapeOwn(shown(text)));
  made('mention', (person) => mention(isRecord(person) ? person['username'] : person));
  made('mentions', (people) => shownItems(people, (person) => mention(isRecord(person) ? person['username'] : person)).join(' '));
  made('who', (people) =>
    list(
      language,
      shownItems(people, (person) => `@${escapeText(isRecord(person) ? person['username'] : person)}`.replace('@', '@\u200b')),
    ),
  );
  made('list', (values, kind) =>
    list(
      language,
      shownItems(values, (value) => codeSpan(shown(kind === 'action' ? actionName(value) : value))),
    ),
  );
  made('problem', (problem) =>
    isRecord(problem) ? words('errors', String(problem['code']), toJsonObject(isRecord(problem['params']) ? problem['params'] : {})) : '',
  );
  made('status_line', (line) =>
    isRecord(line) ? words('status-line', String(line['says']), toJsonObject(isRecord(line['about']) ? line['about'] : {})) : '',
  );
  const here = () => ({ language, timezone, now: now() });
  made('time', (ms) => (typeof ms === 'number' ? shortMoment(ms, here()) : escapeText(ms)));
  for (const lead of LEADS)
    made(lead, (ms) => (typeof ms === 'number' ? momentWords(ms, lead, here()) : leading(lead, language) + escapeText(ms)));
  made('duration', (ms) => (typeof ms === 'number' ? durationWords(ms, language) : escapeText(ms)));
  made('age', (ms) => (typeof ms === 'number' ? ageWords(ms, language) : escapeText(ms)));
  made('measure', (value, unit) => (typeof value === 'number' ? formatMeasure(value, String(unit), language) : codeSpan(shown(value))));
  made('digest', (digest) =>
    codeSpan(
      String(digest ?? '')
        .replace(/^sha256:/u, '')
        .slice(0, 12),
    ),
  );
  made('image', (image, other, outside) => codeSpan(imageBeside(String(image ?? ''), other, outside === true)));
  const term = (list: string, key: unknown): string => termOf(template('words'), list, key);
  liquid.registerFilter('term', (key: unknown, list: unknown) => term(String(list), key));
  liquid.registerFilter('state', (key: unknown) => term('states', key));
  liquid.registerFilter('system', (key: unknown) => term('system', key));
  liquid.registerFilter('severity', (key: unknown) => term('severities', key));
  liquid.registerFilter('risk', (key: unknown) => term('risks', key));
  const help = (id: unknown) => template(String(id));
  // English speaks of an action by its id; other languages by the first of their own names.
  const actionName = (id: unknown): string => (language === 'en' ? null : help(id)?.aliases[0]) ?? String(id ?? '');
  liquid.registerFilter('action', actionName);
  // `d’alice`, `de bob`: a name behind a word that it may shorten, as code unless it says otherwise.
  made('led_by', (name, word, kind) => {
    const first = String(shown(Array.isArray(name) ? name[0] : kind === 'action' ? actionName(name) : name) ?? '');
    const led = ledBy(String(word), first);
    if (Array.isArray(name))
      return (
        led +
        list(
          language,
          shownItems(name, (value) => codeSpan(shown(value))),
        )
      );
    return led + (kind === 'text' ? escapeText(first) : kind === 'name' ? userName(first) : codeSpan(first));
  });
  // What one may type besides its name here; what differs in accents alone is the same word to whoever reads.
  const otherNames = (id: unknown): readonly string[] => {
    const typed = [actionName(id), String(id ?? ''), ...(help(id)?.aliases ?? [])];
    const folded = typed.map(fold);
    return typed.filter((_, index) => folded.indexOf(folded[index] ?? '') === index).slice(1);
  };
  made('summary', (id) => authored(help(id)?.summary));
  made('examples', (id) => (help(id)?.examples ?? []).map(codeSpan).join(' · '));
  made('aliases', (id) => otherNames(id).map(codeSpan).join(', '));
  liquid.registerFilter('has_aliases', (id: unknown) => otherNames(id).length > 0);
  // As one types an option in this language.
  const optionName = (name: unknown, id: unknown): string => optionIn(help(id), template('words'), String(name));
  liquid.registerFilter('option', optionName);
  liquid.registerFilter('plural', (count: unknown, ...forms: unknown[]) => plural(language, Number(count), forms.map(String)));
  return liquid;
}

/** An option's own name in a language: of the action, or of those that every action takes. */
function optionIn(action: Template | undefined, words: Template | undefined, name: string): string {
  const own = Object.entries(action?.options ?? {}).find(([, stands]) => stands === name)?.[0];
  return own ?? termOf(words, 'universal-options', name);
}

/** An attachment's title isn't Markdown: a user name stands there as it is. */
function userName(username: unknown): string {
  return /^[a-z0-9._-]+$/u.test(String(username)) ? String(username) : rawLine(username);
}

/** As `Intl.ListFormat` has it, which would hold six megabytes of the locales that it knows. */
function list(language: Language, items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  if (items.length < 2) return last;
  const comma = language === 'en' && items.length > 2 ? ',' : '';
  return `${items.slice(0, -1).join(', ')}${comma} ${language === 'en' ? 'and' : 'et'} ${last}`;
}

const pluralRules = new Map<Language, Intl.PluralRules>();

/** `{{ n | plural: "replica", "replicas" }}`: the last form serves every other category (French has `many`). */
function plural(language: Language, count: number, forms: readonly string[]): string {
  const rules = pluralRules.get(language) ?? new Intl.PluralRules(language);
  pluralRules.set(language, rules);
  const one = rules.select(count) === 'one';
  return (one ? forms[0] : forms.at(-1)) ?? '';
}

/** Short, unless it comes from elsewhere than it should, or than the image beside it: then where it comes from is what matters. */
function imageBeside(image: string, other: unknown, outside: boolean): string {
  const elsewhere = outside || (typeof other === 'string' && repositoryOf(image) !== repositoryOf(other));
  return elsewhere ? (image.split('@')[0] ?? '') : shortImage(image);
}

function repositoryOf(image: string): string {
  return (image.split('@')[0] ?? '').replace(/:[^:/]*$/u, '');
}

/** Without registry and digest: what tells two images apart on a phone. */
function shortImage(image: string): string {
  const [named = ''] = image.split('@');
  const path = named.split('/');
  const host = path.length > 1 && /[.:]/u.test(path[0] ?? '') ? path.slice(1) : path;
  return host.join('/');
}
