import type { JsonObject } from '#kernel/json.ts';
import type { Attachment, Button, Field, PostBody } from '#ports/chat.ts';
import type { Engine } from './engine.ts';
import type { Language } from './templates.ts';

/** Makes the signed buttons of a plan's post; none where vigie can't be reached over HTTP. */
export type ButtonMaker = (operation: { id: string; hash: string; risk: string; state: string }, labels: ButtonLabels) => readonly Button[];

export interface ButtonLabels {
  readonly approve: string;
  readonly veto: string;
  readonly cancel: string;
}

/** Legible in Mattermost's light and dark themes. */
const COLOURS: Readonly<Record<string, string>> = {
  waiting: '#e6a100',
  approved: '#1c77d4',
  running: '#1c77d4',
  succeeded: '#2e9e5b',
  failed: '#d24b4e',
  indeterminate: '#8e4ec6',
};
const GREY = '#8a8f99';

/** The one post of an operation: a line that names it, and an attachment whose title is the conclusion. */
export function operationPost(engine: Engine, buttons: ButtonMaker, language: Language, data: JsonObject): PostBody {
  const state = String(data['state']);
  const words = (section: string): string => engine.render(language, 'operation', section, data);
  const attachment: Attachment = {
    color: COLOURS[state] ?? GREY,
    title: words('title'),
    text: bodyOf(engine, language, state, data),
    fields: fieldsOf(words, data),
    footer: words('footer'),
    buttons: buttonsOf(buttons, words, data, state),
  };
  return { message: words('message'), attachments: [attachment], file: null, picture: null };
}

/** The plan until it is over, then what came of it: the action's own words where it has them. */
function bodyOf(engine: Engine, language: Language, state: string, data: JsonObject): string {
  const action = String(data['action']);
  const effects = data['effects'];
  const nothing = Array.isArray(effects) && effects.length === 0;
  if (state === 'succeeded' && data['dry_run'] !== true && !nothing && data['result'] !== null)
    return engine.render(language, action, 'done', data);
  if (state === 'succeeded' && nothing) return engine.render(language, action, 'nothing', data);
  if (state === 'failed' && engine.has(language, action, 'failed') && data['result'] !== null)
    return engine.render(language, action, 'failed', data);
  return engine.render(language, action, 'plan', data);
}

/** Name of a field in `operation.md`, shown when its section isn't empty. */
const FIELDS = ['problem', 'difference', 'progress', 'approval', 'held', 'emergency'] as const;

function fieldsOf(words: (section: string) => string, data: JsonObject): readonly Field[] {
  const fields: Field[] = [];
  for (const name of FIELDS) {
    const value = name === 'progress' && data['progress'] === null ? '' : words(name);
    if (value !== '') fields.push({ title: words(`${name}-title`), value, short: false });
  }
  return fields;
}

function buttonsOf(make: ButtonMaker, words: (section: string) => string, data: JsonObject, state: string): readonly Button[] {
  const hash = data['plan_hash'];
  if (typeof hash !== 'string' || data['dry_run'] === true) return [];
  const labels = { approve: words('button-approve'), veto: words('button-veto'), cancel: words('button-cancel') };
  return make({ id: String(data['id']), hash, risk: String(data['risk']), state }, labels);
}
