import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { newId } from './ids.ts';
import type { Props } from './model.ts';

const Integration = z.object({ url: z.string().default(''), context: z.record(z.string(), z.unknown()).optional() });
const Action = z.object({
  id: z.string().optional(),
  type: z.string().optional(),
  name: z.string().default(''),
  disabled: z.boolean().optional(),
  style: z.string().optional(),
  data_source: z.string().optional(),
  options: z.array(z.object({ text: z.string(), value: z.string() })).nullish(),
  default_option: z.string().optional(),
  integration: Integration.optional(),
});
const text = z.string().default('');
const Attachment = z.object({
  fallback: text,
  color: text,
  pretext: text,
  author_name: text,
  author_link: text,
  author_icon: text,
  title: text,
  title_link: text,
  text,
  fields: z.array(z.object({ title: text, value: z.unknown(), short: z.union([z.boolean(), z.string()]).default(false) })).nullish(),
  image_url: text,
  thumb_url: text,
  footer: text,
  footer_icon: text,
  ts: z.unknown().optional(),
  actions: z.array(Action).nullish(),
});

export type Action = z.infer<typeof Action>;
export type Attachment = z.infer<typeof Attachment>;

/** The attachments in a post's props, or none when what stands there isn't a list of attachments. */
export function attachmentsOf(props: Props): Attachment[] {
  const parsed = z.array(Attachment).safeParse(props['attachments']);
  return parsed.success ? parsed.data : [];
}

/** Gives an id to each action that has none, as the server does when a post is stored. */
export function withActionIds(props: Props): Props {
  const attachments = attachmentsOf(props);
  if (attachments.length === 0) return props;
  const named = attachments.map((one) =>
    one.actions ? { ...one, actions: one.actions.map((action) => ({ ...action, id: action.id || newId() })) } : one,
  );
  return { ...props, attachments: named };
}

/** The props that clients see: `integration` (address and context) stays on the server. Keys are sorted, as Go writes a map. */
export function forClients(props: Props, cookieFor?: (action: Action) => string): Props {
  const attachments = attachmentsOf(props);
  const shown = attachments.length === 0 ? props : { ...props, attachments: attachments.map((one) => shownAttachment(one, cookieFor)) };
  return Object.fromEntries(Object.entries(shown).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Go's order of keys; `actions` is left out when there are none. */
function shownAttachment(attachment: Attachment, cookieFor?: (action: Action) => string): Record<string, unknown> {
  const { fields, image_url, thumb_url, footer, footer_icon, ts, actions, ...head } = attachment;
  const shown = { id: 0, ...head, fields: fields ?? null, image_url, thumb_url, footer, footer_icon, ts: ts ?? null };
  return actions && actions.length > 0 ? { ...shown, actions: actions.map((action) => shownAction(action, cookieFor)) } : shown;
}

function shownAction(action: Action, cookieFor?: (action: Action) => string): Record<string, unknown> {
  const { id, type, name, disabled, style, data_source, options, default_option } = action;
  const shown = {
    id,
    type,
    name,
    disabled,
    style,
    data_source,
    options: options ?? undefined,
    default_option,
    cookie: cookieFor?.(action),
  };
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined && value !== '' && value !== false));
}

const COOKIE_KEY = randomBytes(32);
const Cookie = z.object({ post_id: z.string(), root_post_id: z.string(), channel_id: z.string(), action: Action });
type Cookie = z.infer<typeof Cookie>;

/** What an ephemeral post's button carries: the server keeps no such post, so the client hands its secrets back, sealed. */
export function sealCookie(cookie: Cookie): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', COOKIE_KEY, iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(cookie), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString('base64');
}

/** The cookie, or null when it was tampered with or is none. */
export function openCookie(sealed: string): Cookie | null {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < 28) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', COOKIE_KEY, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(-16));
    const plain = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    return Cookie.parse(JSON.parse(plain.toString('utf8')));
  } catch {
    return null; // a forged cookie fails its authentication tag
  }
}
