import { el, icon } from './dom.js';
import { inlineMarkdown, markdown } from './markdown.js';
import { fold } from './fold.js';
import { t } from './words.js';

/** An attachment's text folds at this height, in pixels. */
const TEXT_FOLD = 200;
/** Mattermost shows no picture higher than so many pixels before it is opened. */
const HIGHEST = 350;
const NAMED_COLOURS = { good: '#2e9e6b', warning: '#d9970f', danger: '#d24b4e' };

/**
 * A message attachment: coloured border, title, text, fields, picture, footer, buttons.
 * @param {object} attachment @param {object} context see markdown @param {(action: object, option?: string) => Promise<void>} onAction
 */
export function attachmentView(attachment, context, onAction) {
  const { color, pretext, author_name, title, title_link, text, fields, image_url, footer, actions } = attachment;
  const heading =
    title === ''
      ? null
      : el(
          'h4.attachment-title',
          {},
          /^https?:/.test(title_link)
            ? el('a', { href: title_link, target: '_blank', rel: 'noreferrer noopener' }, title)
            : inlineMarkdown(title, context),
        );
  return el('div.attachment-block', {}, [
    pretext === '' ? null : el('div.md', {}, markdown(pretext, context)),
    el('div.attachment', { style: `--edge:${NAMED_COLOURS[color] ?? (/^#[0-9a-f]{3,8}$/i.test(color) ? color : 'var(--line-strong)')}` }, [
      author_name === '' ? null : el('div.attachment-author', {}, author_name),
      heading,
      text === '' ? null : fold(el('div.md', {}, markdown(text, context)), TEXT_FOLD),
      fields?.length > 0
        ? el(
            'div.fields',
            {},
            fields.map((field) => fieldView(field, context)),
          )
        : null,
      /^https?:/.test(image_url) ? el('img.attachment-image', { src: image_url, alt: '' }) : null,
      actions?.length > 0
        ? el(
            'div.actions',
            {},
            actions.map((action) => actionView(action, onAction)),
          )
        : null,
      footer === '' ? null : el('div.attachment-footer', {}, footer),
    ]),
  ]);
}

/** A field's title is shown as it is; its value is Markdown. Short ones stand two abreast, on a phone too. */
function fieldView({ title, value, short }, context) {
  return el(
    short === true || short === 'true' ? 'div.field.short' : 'div.field',
    {},
    el('div.field-title', {}, title),
    el('div.md', {}, markdown(String(value ?? ''), context)),
  );
}

function actionView(action, onAction) {
  if (action.type === 'select') {
    const options = (action.options ?? []).map((option) => el('option', { value: option.value }, option.text));
    return el(
      'select.action',
      { 'aria-label': action.name, onchange: (event) => onAction(action, event.target.value) },
      el('option', { value: '', disabled: true, selected: true }, action.name || t('choose')),
      options,
    );
  }
  const style = ['good', 'success', 'primary', 'danger', 'warning'].includes(action.style) ? `.${action.style}` : '';
  const press = async ({ currentTarget: button }) => {
    button.disabled = true;
    await onAction(action).finally(() => (button.disabled = false));
  };
  return el(`button.action${style}`, { type: 'button', onclick: press, disabled: action.disabled }, inlineMarkdown(action.name));
}

/**
 * A post's files: pictures are shown, others can be downloaded.
 * @param {object[]} files @param {(id: string) => Promise<string>} addressOf
 */
export function filesView(files, addressOf) {
  return el(
    'div.files',
    {},
    files.map((file) => (file.mime_type.startsWith('image/') ? picture(file, addressOf) : card(file, addressOf))),
  );
}

function picture(file, addressOf) {
  const scale = Math.min(1, HIGHEST / file.height);
  const image = el('img.picture', {
    alt: file.name.replace(/\.png$/, ''),
    width: Math.round(file.width * scale),
    height: Math.round(file.height * scale),
  });
  void addressOf(file.id).then((address) => (image.src = address));
  return el('a.picture-link', { title: file.name }, image);
}

function card(file, addressOf) {
  const open = async () => el('a', { href: await addressOf(file.id), download: file.name }).click();
  const size = file.size < 10_000 ? `${file.size} B` : `${Math.round(file.size / 1024)} kB`;
  return el(
    'button.file',
    { type: 'button', title: t('download'), onclick: open },
    icon('file'),
    el('span', {}, el('strong', {}, file.name), el('small', {}, `${file.extension.toUpperCase()} ${size}`)),
  );
}
