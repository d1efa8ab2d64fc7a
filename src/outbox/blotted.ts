import type { Blot } from '#kernel/blot.ts';
import { visible, visibleLine } from '#kernel/visible.ts';
import type { Attachment, PostBody, Publisher } from '#ports/chat.ts';
import type { Pager } from '#ports/pager.ts';

/**
 * A publisher through which no secret passes, whatever was written: the words' data is blotted before its Markdown is escaped, and this
 * is the last door, for files and for what nobody thought of.
 */
export function blottedPublisher(publisher: Publisher, blot: Blot): Publisher {
  return {
    create: (channel, root, key, body) => publisher.create(channel, root, key, blottedBody(body, blot)),
    fingerprint: (key, body) => publisher.fingerprint(key, blottedBody(body, blot)),
    find: (channel, key, since) => publisher.find(channel, key, since),
    update: (postId, key, body) => publisher.update(postId, key, blottedBody(body, blot)),
    read: (postId) => publisher.read(postId),
    react: (postId, emoji) => publisher.react(postId, emoji),
    link: (postId) => publisher.link(postId),
    unreact: (postId, emoji) => publisher.unreact(postId, emoji),
    direct: (user) => publisher.direct(user),
  };
}

function blottedBody({ message, attachments, file, picture }: PostBody, blot: Blot): PostBody {
  return {
    message: blot(message),
    attachments: attachments.map((attachment) => blottedAttachment(attachment, blot)),
    file: file === null ? null : { name: blot(file.name), text: blot(file.text) },
    picture: picture === null ? null : { ...picture, name: blot(picture.name) },
  };
}

function blottedAttachment(attachment: Attachment, blot: Blot): Attachment {
  const { title, text, fields, footer } = attachment;
  return {
    ...attachment,
    title: blot(title),
    text: blot(text),
    fields: fields.map((field) => ({ ...field, title: blot(field.title), value: blot(field.value) })),
    footer: blot(footer),
  };
}

/** The same for a way outside the chat. A title is one line: it becomes the subject of a mail, or a header. */
export function blottedPager(pager: Pager, blot: Blot): Pager {
  return {
    name: pager.name,
    minSeverity: pager.minSeverity,
    page: ({ title, text, ...page }, signal) =>
      pager.page({ ...page, title: shown(visibleLine, blot(title)), text: shown(visible, blot(text)) }, signal),
    close: () => pager.close(),
  };
}

/** Where vigie keeps a link or a mention from working, by a zero-width space, it stays so. */
function shown(make: (text: string) => string, text: string): string {
  return text.split('\u200b').map(make).join('\u200b');
}
