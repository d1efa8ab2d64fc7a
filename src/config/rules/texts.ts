import { isRecord } from '#kernel/json.ts';
import type { FilledText } from '#domain/alert/rule.ts';
import type { Merged } from './merged.ts';
import type { Remark } from './type-form.ts';

/** A text with its places in vigie's form, `{0}`, or what is the matter with it. */
export interface Text {
  readonly text: string;
  readonly args: readonly string[];
  readonly remarks: readonly Remark[];
}

/** Fields by place, in their order, or by the name that stands in the braces. */
export type Places = readonly string[] | ReadonlyMap<string, string>;

/** Python's replacement fields: doubled braces stand for one. */
const PYTHON = /\{\{|\}\}|\{([^{}:!]*)(![rsa])?(:[^{}]*)?\}|[{}]/gu;

/** A text that Python's `str.format` would fill. @param key where it stands, for remarks */
export function pythonText(written: string, places: Places, key: string): Text {
  const names = isList(places) ? places : [...places.values()];
  const byName = isList(places) ? null : [...places.keys()];
  const remarks: Remark[] = [];
  const say = (message: string, harmless?: true): string => {
    remarks.push({ path: [key], message, ...(harmless === undefined ? {} : { harmless }) });
    return '';
  };
  let next = 0;
  const text = written.replaceAll(PYTHON, (whole, name: string | undefined, conversion?: string, format?: string) => {
    if (whole === '{{' || whole === '}}') return whole.slice(1);
    if (name === undefined) return say(`has a single "${whole}": write ${whole}${whole} for a brace, {} for a field`);
    if (conversion !== undefined || format !== undefined) say(`shows a field as it is where ${whole} asks for a form`, true);
    const index = byName === null ? (name === '' ? next++ : Number(name)) : byName.indexOf(name);
    if (Number.isInteger(index) && index >= 0 && index < names.length) return `{${index}}`;
    return say(byName === null && Number.isInteger(index) ? tooMany(key, names.length) : `has no field for ${whole}`);
  });
  return { text, args: names, remarks: remarks.slice(0, 1) };
}

function tooMany(key: string, count: number): string {
  return `has more places than ${key}_args names fields (${count})`;
}

function isList(places: Places): places is readonly string[] {
  return Array.isArray(places);
}

/** `{{ field }}`, `{{ _data['a.b'] }}`: Jinja's simplest places. */
const JINJA = /\{\{-?\s*(.*?)\s*-?\}\}/gsu;
const NAME = /^[\w@.]+$/u;

/** A Jinja template that only names fields; null when it needs more of Jinja than that. */
export function jinjaText(written: string, root: string): Text | null {
  const args: string[] = [];
  let plain = !/\{[%#]/u.test(written);
  const text = written.replaceAll(JINJA, (_whole, expression: string) => {
    const [, holder, , member] = /^([^[]*)\[(['"])(.+)\2\]$/u.exec(expression) ?? [];
    const name = holder === root && member !== undefined ? member : expression;
    plain &&= NAME.test(name);
    return `{${args.push(name) - 1}}`;
  });
  return plain ? { text, args, remarks: [] } : null;
}

/** Names of fields that the rule's texts use, some of which may be keys of the rule itself. */
export function namesInTexts(rule: Merged): ReadonlySet<string> {
  const lists = ['alert_subject_args', 'alert_text_args', 'include_rule_params_in_matches'].map((key) => rule.get(key));
  const fields = rule.get('mattermost_msg_fields');
  const more = Array.isArray(fields) ? fields.map((field: unknown) => (isRecord(field) ? field['args'] : undefined)) : [];
  const byName = rule.get('alert_text_kw');
  const jinja = rule.get('alert_text_type') === 'alert_text_jinja' ? ['alert_text', 'alert_subject'] : [];
  return new Set([
    ...[...lists, ...more].flatMap((list: unknown) => (Array.isArray(list) ? list.map(String) : [])),
    ...(isRecord(byName) ? Object.keys(byName) : []),
    ...jinja.flatMap((key) => jinjaText(String(rule.get(key) ?? ''), String(rule.get('jinja_root_name') ?? '_data'))?.args ?? []),
    ...rule.keys.flatMap((key) => /^\$(\w+)\$$/u.exec(String(rule.get(key)))?.[1] ?? []),
  ]);
}

/** With the values of the rule's own keys, for where a document has no such field. */
export function filledText({ text, args }: Text, rule: Merged, missing: string): FilledText {
  const own = args.flatMap((name) => {
    const value = ownValue(name, rule);
    return value === null ? [] : [[name, value] as const];
  });
  return { text, args, own: Object.fromEntries(own), missing };
}

function ownValue(name: string, rule: Merged): string | null {
  const value = rule.get(name.startsWith('rule_param_') ? name.slice('rule_param_'.length) : name);
  if (value === undefined || value === null) return name === 'priority' ? '2' : null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
