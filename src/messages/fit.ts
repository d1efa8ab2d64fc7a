import { BOUNDS } from '#kernel/bounds.ts';
import { cutBytes, cutText, type Cut } from '#kernel/cut.ts';
import type { Attachment, Field, PostBody } from '#ports/chat.ts';
import { cutMarkdown } from './cut-markdown.ts';

/** Says how many bytes are missing, in somebody's language: ` … (+312 kB)`. */
export type CutMark = (missing: number) => string;

/** Room for the mark. */
const MARK = 32;
/** How often all parts are halved, at most: then next to nothing is left of them. */
const HALVINGS = 8;

/**
 * A post of a size that Mattermost takes, whatever stood in it. What is cut says so where it is cut.
 * @param wholeName of the file that gets the whole text if anything is cut; null: it is nowhere else
 */
export function fitted(given: PostBody, mark: CutMark, wholeName: string | null = null): PostBody {
  const body = storable(given);
  const message = markdown(body.message, BOUNDS.message.most, mark);
  let attachments = body.attachments.map((each) => smaller(each, 1, mark));
  for (let halving = 1; halving <= HALVINGS && propsLength(attachments) > BOUNDS.props.most; halving += 1)
    attachments = body.attachments.map((each) => smaller(each, 2 ** halving, mark));
  const isCut = message !== body.message || JSON.stringify(attachments) !== JSON.stringify(body.attachments);
  const whole = isCut && wholeName !== null ? { name: wholeName, text: wordsOf(body) } : null;
  return { ...body, message, attachments, file: smallerFile(body.file ?? whole, mark) };
}

/** All that can be read in a post, as one text. */
export function wordsOf({ message, attachments }: PostBody): string {
  const parts = attachments.flatMap(({ title, text, fields }) => [
    title,
    text,
    ...fields.map((field) => `**${field.title}**\n${field.value}`),
  ]);
  return [message, ...parts].filter((part) => part !== '').join('\n\n');
}

/** A Markdown text of vigie's own making, cut where it may be. */
export function markdown(text: string, most: number, mark: CutMark): string {
  if (text.length <= most) return text;
  const { text: head, missing } = cutMarkdown(text, most - MARK);
  return `${head}${head.endsWith('```') ? '\n' : ''}${mark(missing)}`;
}

/** A line that nobody reads as Markdown. */
export function line(text: string, most: number, mark: CutMark): string {
  return text.length <= most ? text : marked(cutText(text, most - MARK), mark);
}

function marked({ text, missing }: Cut, mark: CutMark): string {
  return missing === 0 ? text : `${text}${mark(missing)}`;
}

function smaller(attachment: Attachment, by: number, mark: CutMark): Attachment {
  const most = Math.max(1, Math.floor(BOUNDS.attachmentFields.most / by));
  const { fields } = attachment;
  const shown = fields.slice(0, most).map((field) => smallerField(field, by, mark));
  const more = fields.length > most ? [{ title: '…', value: `+${fields.length - most}`, short: true }] : [];
  return {
    ...attachment,
    title: markdown(attachment.title, BOUNDS.title.most, mark),
    footer: markdown(attachment.footer, BOUNDS.title.most, mark),
    text: markdown(attachment.text, Math.floor(BOUNDS.attachmentText.most / by), mark),
    fields: [...shown, ...more],
  };
}

function smallerField({ title, value, short }: Field, by: number, mark: CutMark): Field {
  return { title: markdown(title, BOUNDS.title.most, mark), value: markdown(value, Math.floor(BOUNDS.field.most / by), mark), short };
}

function smallerFile(file: PostBody['file'], mark: CutMark): PostBody['file'] {
  if (file === null || file.text.length * 3 <= BOUNDS.file.most) return file;
  return { ...file, text: marked(cutBytes(file.text, BOUNDS.file.most), mark) };
}

/** As Mattermost counts: runes of the JSON that Go writes, where `<`, `>` and `&` are written as six. */
function propsLength(attachments: readonly Attachment[]): number {
  const json = JSON.stringify(attachments);
  return json.length + 5 * (json.match(/[<>&\u2028\u2029]/gu)?.length ?? 0);
}

/**
 * Without what no database takes: PostgreSQL has no letter for zero, and half of a letter is none. One such character in a log line
 * must not make the server refuse the post of a whole host.
 */
function storable(body: PostBody): PostBody {
  return {
    ...body,
    message: storableText(body.message),
    attachments: body.attachments.map((each) => ({
      ...each,
      title: storableText(each.title),
      text: storableText(each.text),
      footer: storableText(each.footer),
      fields: each.fields.map((field) => ({ ...field, title: storableText(field.title), value: storableText(field.value) })),
    })),
  };
}

function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u2400');
}
