import { BOUNDS } from '#kernel/bounds.ts';
import { isRecord, type JsonObject } from '#kernel/json.ts';
import { visible, visibleLine } from '#kernel/visible.ts';
import type { MessageData } from '#domain/outbox-entry.ts';
import type { Drawing } from '#ports/charts.ts';
import type { PostBody } from '#ports/chat.ts';
import { alertPost, digestPost } from './alert-post.ts';
import { chartsSchema } from './chart/chart-data.ts';
import { drawingOf } from './chart/drawing.ts';
import type { Engine } from './engine.ts';
import { cutMarkdown } from './cut-markdown.ts';
import { fitted, markdown } from './fit.ts';
import { operationPost, type ButtonMaker } from './operation-post.ts';
import { plainer, plainLine, type Plainness } from './plainer.ts';
import type { Language } from './templates.ts';

export interface Renderer {
  /** Makes a message's words, of a size that Mattermost takes. Never throws: a template that fails is said to have failed. */
  render(message: MessageData, language: Language): PostBody;
  /** The same post with less in it. */
  plainer(message: MessageData, body: PostBody, plainness: Plainness, language: Language): PostBody;
  /**
   * The picture that goes with a message, ready to be drawn: its data's `chart`, one or several. Null when it has none.
   * @throws ZodError when what is stored there is no chart
   */
  drawing(message: MessageData, language: Language): Drawing | null;
  /** A text of so many characters at most, cut where it may be. */
  fit(markdown: string, most: number, language: Language): string;
  /** A single section, for what isn't a post: acknowledgements, the command line. */
  words(language: Language, template: string, section: string, data: JsonObject): string;
}

/** @param timezone of the times on charts */
export function createRenderer(engine: Engine, buttons: ButtonMaker, timezone: string): Renderer {
  return {
    drawing({ data: { chart } }, language) {
      return chart === undefined || chart === null ? null : drawingOf(chartsSchema.parse(chart), { engine, language, timezone });
    },
    fit: (text, most, language) => markdown(text, most, engine.cutMark(language)),
    words: (language, template, section, data) => engine.render(language, template, section, data),
    render(message, language) {
      return fitted(wordsFor(engine, buttons, message, language), engine.cutMark(language), wholeFile(message));
    },
    plainer: (message, body, plainness, language) => plainer(engine, { message, body }, plainness, language),
  };
}

/** What people agree to can be read whole. */
function wholeFile({ template, data }: MessageData): string | null {
  return template === 'operation' ? `${String(data['action'])}-${String(data['id'])}.md` : null;
}

/** What a template can't say (somebody broke it, or it has more to say than it may), is named at least. */
function wordsFor(engine: Engine, buttons: ButtonMaker, message: MessageData, language: Language): PostBody {
  try {
    return bodyOf(engine, buttons, message, language);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const failed = engine.render(language, 'errors', 'template_failed', { template: message.template, reason });
    const line = plainLine(engine, message, language);
    return { message: isAbout(message) ? `${line}\n${failed}` : failed, attachments: [], file: null, picture: null };
  }
}

/** Whether it matters enough to be said without its template. */
function isAbout({ template }: MessageData): boolean {
  return template === 'alert' || template === 'alert-digest' || template === 'operation';
}

function bodyOf(engine: Engine, buttons: ButtonMaker, message: MessageData, language: Language): PostBody {
  switch (message.template) {
    case 'operation':
      return operationPost(engine, buttons, language, message.data);
    case 'alert':
      return alertPost(engine, language, message.data);
    case 'alert-digest':
      return digestPost(engine, language, message.data);
    default:
      return plainPost(engine, language, message);
  }
}

/** So much of a long answer stands in the channel, beside its file. */
const BEGINNING = 600;

/** A message that is text alone: `answer:<action>` is the `done` section of that action, `<template>:<section>` any other. */
function plainPost(engine: Engine, language: Language, { template, data }: MessageData): PostBody {
  const [kind, action] = template.split(':');
  const text =
    action === undefined
      ? engine.render(language, template, 'message', data)
      : kind === 'answer'
        ? engine.render(language, action, 'done', data)
        : engine.render(language, kind ?? template, action, data);
  const file = fileIn(data);
  if (text.length <= BOUNDS.answer.most) return { message: text, attachments: [], file, picture: null };
  return {
    message: `${cutMarkdown(text, BEGINNING).text}\n…`,
    attachments: [],
    file: file ?? { name: `${action ?? template}.md`, text },
    picture: null,
  };
}

function fileIn(data: JsonObject): PostBody['file'] {
  const file = data['file'];
  if (!isRecord(file)) return null;
  const { name, text } = file;
  return typeof name === 'string' && typeof text === 'string'
    ? { name: visibleLine(name).replaceAll('/', '∕'), text: visible(text) }
    : null;
}
