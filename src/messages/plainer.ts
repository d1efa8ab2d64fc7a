import { BOUNDS } from '#kernel/bounds.ts';
import { cutText } from '#kernel/cut.ts';
import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import type { MessageData } from '#domain/outbox-entry.ts';
import type { PostBody } from '#ports/chat.ts';
import type { Engine } from './engine.ts';
import { fitted, markdown, wordsOf } from './fit.ts';
import type { Language } from './templates.ts';

/**
 * How plain a post is: as it was meant; without picture and file; without attachments, all of its words in the message; one line. A chat
 * server that refuses one gets the next, so that what matters is said whatever it is that it can't take.
 */
export const PLAINNESS = ['whole', 'bare', 'words', 'line'] as const;
export type Plainness = (typeof PLAINNESS)[number];

/** @param body which says the message whole */
export function plainer(
  engine: Engine,
  { message, body }: { readonly message: MessageData; readonly body: PostBody },
  plainness: Plainness,
  language: Language,
): PostBody {
  const only = { attachments: [], file: null, picture: null };
  switch (plainness) {
    case 'whole':
      return body;
    case 'bare':
      return { ...body, file: null, picture: null };
    case 'words':
      return { ...only, message: markdown(wordsOf(body), BOUNDS.answer.most, engine.cutMark(language)) };
    case 'line':
      return fitted({ ...only, message: plainLine(engine, message, language) }, engine.cutMark(language));
    default:
      return plainness satisfies never;
  }
}

/** What it is about, in a line that fits anywhere: of an alert its rule, place and severity. */
export function plainLine(engine: Engine, { template, data }: MessageData, language: Language): string {
  try {
    if (template === 'alert' || template === 'alert-digest') return engine.render(language, 'alert', 'plain', alertIn(data));
    if (template === 'operation') {
      const { action = null, target = null, id = null, state = null } = data;
      return engine.render(language, 'operation', 'plain', {
        action: short(action),
        target: short(target),
        id: short(id),
        state: short(state),
      });
    }
    return engine.render(language, 'notice', 'plain', { what: template });
  } catch {
    // Somebody broke that template as well: what it is about is said all the same.
    return Object.values(alertIn(data))
      .filter((part) => part !== '')
      .join(' · ');
  }
}

function alertIn(data: JsonObject) {
  const list = data['alerts'] ?? data['worst'];
  const first = list instanceof Array ? list.find((item: Json) => isJsonObject(item)) : undefined;
  const alert = first !== undefined && isJsonObject(first) ? first : {};
  return {
    severity: short(data['severity'] ?? null),
    rule: short(alert['rule'] ?? data['template'] ?? null),
    where: short(data['where'] ?? alert['key'] ?? null),
    id: short(data['id'] ?? null),
  };
}

/** Of letters that every database takes. */
function short(value: Json): string {
  return cutText(typeof value === 'string' ? value : JSON.stringify(value ?? ''), 100)
    .text.toWellFormed()
    .replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, ' ');
}
