import { isRecord, type JsonObject } from '#kernel/json.ts';
import { visible, visibleLine } from '#kernel/visible.ts';
import type { MessageData } from '#domain/say.ts';
import type { Drawing } from '#ports/charts.ts';
import type { PostBody } from '#ports/chat.ts';
import { alertPost, digestPost } from './alert-post.ts';
import { chartsSchema } from './chart/chart-data.ts';
import { drawingOf } from './chart/drawing.ts';
import type { Engine } from './engine.ts';
import { operationPost, type ButtonMaker } from './operation-post.ts';
import type { Language } from './templates.ts';

/** Mattermost's limit is 16,383; what is longer goes along as a file. */
const MESSAGE_LIMIT = 3_900;

export interface Renderer {
  /** Makes a message's words. Never throws: a template that fails is said to have failed. */
  render(message: MessageData, language: Language): PostBody;
  /**
   * The picture that goes with a message, ready to be drawn: its data's `chart`, one or several. Null when it has none.
   * @throws ZodError when what is stored there is no chart
   */
  drawing(message: MessageData, language: Language): Drawing | null;
  /** A single section, for what isn't a post: acknowledgements, the command line. */
  words(language: Language, template: string, section: string, data: JsonObject): string;
}

/** @param timezone of the times on charts */
export function createRenderer(engine: Engine, buttons: ButtonMaker, timezone: string): Renderer {
  return {
    drawing({ data: { chart } }, language) {
      return chart === undefined || chart === null ? null : drawingOf(chartsSchema.parse(chart), { engine, language, timezone });
    },
    words: (language, template, section, data) => engine.render(language, template, section, data),
    render(message, language) {
      try {
        return bodyOf(engine, buttons, message, language);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return {
          message: engine.render(language, 'errors', 'template_failed', { template: message.template, reason }),
          attachments: [],
          file: null,
          picture: null,
        };
      }
    },
  };
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
  if (text.length <= MESSAGE_LIMIT) return { message: text, attachments: [], file, picture: null };
  return {
    message: `${beginning(text)}\n…`,
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

/** Whole lines from the start: a cut inside a code span would set free what it neutralised. */
function beginning(text: string): string {
  const end = text.lastIndexOf('\n', 600);
  return end === -1 ? '' : text.slice(0, end);
}
