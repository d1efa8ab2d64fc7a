import { isJsonObject, isRecord, type Json, type JsonObject } from '#kernel/json.ts';
import type { Attachment, Field, PostBody } from '#ports/chat.ts';
import type { Engine } from './engine.ts';
import type { Language } from './templates.ts';

/** Legible in Mattermost's light and dark themes. */
const COLOURS: Readonly<Record<string, string>> = { critical: '#d24b4e', warning: '#e6a100', info: '#1c77d4' };
const RESOLVED = '#2e9e5b';
const TAKEN = '#8a8f99';
const UNSEEN = '#8e4ec6';

/** The post of a group of alerts: a line that names it, and an attachment whose title and fields are the conclusion. */
export function alertPost(engine: Engine, language: Language, data: JsonObject): PostBody {
  const known = inLanguage(data, language);
  const words = (section: string): string => engine.render(language, 'alert', section, known);
  const attachment: Attachment = {
    color: colourOf(data),
    title: words('title'),
    text: words('text'),
    fields: [...alertFields(engine, language, known), ...fieldsOf(words)],
    footer: words('footer'),
    buttons: [],
  };
  return { message: words('message'), attachments: [attachment], file: null, picture: null };
}

/** Many alerts at once: counts first, since a list folds on a phone. */
export function digestPost(engine: Engine, language: Language, data: JsonObject): PostBody {
  const words = (section: string): string => engine.render(language, 'alert-digest', section, data);
  const fields = (['rules', 'places', 'worst'] as const).flatMap((name) => {
    const value = words(name);
    return value === '' ? [] : [{ title: words(`${name}-title`), value, short: false }];
  });
  const attachment: Attachment = { color: colourOf(data), title: words('title'), text: '', fields, footer: words('footer'), buttons: [] };
  return { message: words('message'), attachments: [attachment], file: null, picture: null };
}

function colourOf(data: JsonObject): string {
  const state = data['state'];
  if (state === 'resolved') return RESOLVED;
  if (state === 'acknowledged') return TAKEN;
  if (state === 'unknown' || state === 'no-data') return UNSEEN;
  const own = data['color'];
  return typeof own === 'string' ? own : (COLOURS[String(data['severity'])] ?? TAKEN);
}

/** A field for each alert: its title is raw text in Mattermost, its value Markdown. */
function alertFields(engine: Engine, language: Language, data: JsonObject): readonly Field[] {
  return listIn(data, 'alerts').flatMap((alert) => {
    const known = { ...data, alert: inLanguage(alert, language) };
    return [
      {
        title: engine.render(language, 'alert', 'alert-title', known),
        value: engine.render(language, 'alert', 'alert', known),
        short: false,
      },
    ];
  });
}

function listIn(data: JsonObject, name: string): readonly JsonObject[] {
  const list = data[name];
  return list instanceof Array ? list.filter((item: Json) => isJsonObject(item)) : [];
}

const FIELDS = ['more', 'runbook', 'remedy', 'links'] as const;

function fieldsOf(words: (section: string) => string): readonly Field[] {
  return FIELDS.flatMap((name) => {
    const value = words(name);
    return value === '' ? [] : [{ title: words(`${name}-title`), value, short: false }];
  });
}

/** What a rule says in several languages, in the reader's, or else in any. */
function inLanguage(data: JsonObject, language: Language): JsonObject {
  const chosen: Record<string, JsonObject[string]> = { ...data };
  for (const name of ['summary', 'runbook']) {
    const texts = data[name];
    chosen[name] = isRecord(texts) ? String(texts[language] ?? Object.values(texts)[0] ?? '') : '';
  }
  return chosen;
}
