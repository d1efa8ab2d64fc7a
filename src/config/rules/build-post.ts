import type { DiscoverLink, FilledField, FilledText, Rule } from '#domain/alert/rule.ts';
import type { ElastalertKeys, MattermostKeys, VigieKeys } from './common-keys.ts';
import type { Merged } from './merged.ts';
import type { RuleDefaults } from './rule-defaults.ts';
import { filledText, jinjaText, pythonText, type Places, type Text } from './texts.ts';
import type { Remark } from './type-form.ts';

type Post = Pick<Rule, 'channel' | 'subject' | 'text' | 'fields' | 'color' | 'discover'>;

interface Written {
  readonly rule: Merged;
  readonly keys: ElastalertKeys;
  readonly own: VigieKeys;
  readonly mattermost: MattermostKeys;
}

/** What the post of an alert says of the rule itself. */
export function buildPost(written: Written, defaults: RuleDefaults): { readonly post: Post; readonly remarks: readonly Remark[] } {
  const { keys, mattermost } = written;
  const subject = mattermost.mattermost_title === undefined ? ownText(written, 'alert_subject') : literal(mattermost.mattermost_title);
  const text = keys.alert_text_type === 'aggregation_summary_only' ? null : around(ownText(written, 'alert_text'), mattermost);
  const fields = mattermost.mattermost_msg_fields.map((field, index) => fieldText(field, index));
  const channel = channelOf(written);
  const discover = discoverOf(keys, defaults);
  const asFilled = (given: Text): FilledText => filledText(given, written.rule, keys.alert_missing_value);
  return {
    post: {
      channel: channel.name,
      subject: subject === null ? null : asFilled(subject),
      text: text === null ? null : asFilled(text),
      fields: fields.map(({ title, short, text: filled }): FilledField => ({ title, short, ...asFilled(filled) })),
      color: mattermost.mattermost_msg_color ?? null,
      discover: discover.link,
    },
    remarks: [
      ...(subject?.remarks ?? []),
      ...(text?.remarks ?? []),
      ...fields.flatMap(({ text: filled }) => filled.remarks),
      ...channel.remarks,
      ...discover.remarks,
    ],
  };
}

function literal(text: string): Text {
  return { text, args: [], remarks: [] };
}

/** As ElastAlert reads it: with arguments it is a format, without them it stands as it is. */
function ownText({ keys }: Written, key: 'alert_subject' | 'alert_text'): Text | null {
  const text = keys[key];
  if (text === undefined) return null;
  const jinja = keys.alert_text_type === 'alert_text_jinja' ? jinjaText(text, keys.jinja_root_name) : null;
  const args = key === 'alert_text' ? keys.alert_text_args : keys.alert_subject_args;
  if (jinja !== null && (key === 'alert_text' || args === undefined)) return jinja;
  const byName = key === 'alert_text' ? keys.alert_text_kw : undefined;
  const places: Places | undefined =
    args ?? (byName === undefined ? undefined : new Map(Object.entries(byName).map(([field, name]) => [name, field])));
  return places === undefined ? literal(text) : pythonText(text, places, key);
}

/** What Mattermost would have shown above and below, as lines of the text. */
function around(text: Text | null, mattermost: MattermostKeys): Text | null {
  const { mattermost_msg_pretext: before, mattermost_footer: after, mattermost_title_link: link } = mattermost;
  const lines = [before, text?.text, after, link].filter((line) => line !== undefined && line !== '');
  return text === null && lines.length === 0 ? null : { text: lines.join('\n'), args: text?.args ?? [], remarks: text?.remarks ?? [] };
}

type Field = MattermostKeys['mattermost_msg_fields'][number];

function fieldText({ title, value, args, short }: Field, index: number) {
  const places = args ?? [];
  const text =
    args === undefined ? literal(value ?? '') : pythonText(value ?? args.map(() => '{}').join('\n'), places, 'mattermost_msg_fields');
  const remarks = text.remarks.map((remark) => ({ ...remark, path: ['mattermost_msg_fields', index, 'value'] }));
  return { title, short, text: { ...text, remarks } };
}

/** ElastAlert posts in several channels, or to a person: vigie has one post, in a channel. */
function channelOf({ own, mattermost }: Written): { readonly name: string | null; readonly remarks: readonly Remark[] } {
  const path = ['mattermost_channel_override'];
  const wanted = (mattermost.mattermost_channel_override ?? []).filter((name) => name !== '');
  if (own.channel !== undefined || wanted.length === 0) return { name: own.channel ?? null, remarks: [] };
  const channels = wanted.filter((name) => !name.startsWith('@')).map((name) => name.replace(/^[#~]/u, '').toLowerCase());
  const [name = null, ...more] = channels;
  const message = name === null ? 'vigie posts alerts in channels only' : `vigie posts an alert once, in ${name}`;
  const remarks: Remark[] = more.length > 0 || channels.length < wanted.length ? [{ path, message, harmless: true }] : [];
  return { name, remarks };
}

const TEN_MINUTES = 600_000;

/** The link to Kibana that the rule asks for, or else the one that vigie.yaml allows. */
function discoverOf(
  keys: ElastalertKeys,
  { kibanaUrl }: RuleDefaults,
): { readonly link: DiscoverLink | null; readonly remarks: readonly Remark[] } {
  const base = (keys.kibana_url ?? kibanaUrl ?? '').replace(/\/$/u, '');
  const app = keys.kibana_discover_app_url ?? 'app/discover';
  const whole = /^https?:\/\//u.test(app) ? app : base === '' ? null : `${base}/${app.replace(/^\//u, '')}`;
  const around = keys.timeframe ?? TEN_MINUTES;
  if (whole === null || (!keys.generate_kibana_discover_url && kibanaUrl === null)) return { link: null, remarks: kibanaRemarks(keys) };
  const link: DiscoverLink = {
    url: whole.replace(/\/?(?:#.*)?$/u, ''),
    dataView: keys.kibana_discover_index_pattern_id ?? null,
    columns: keys.kibana_discover_columns,
    fromMs: keys.kibana_discover_from_timedelta ?? around,
    toMs: keys.kibana_discover_to_timedelta ?? around,
  };
  return { link, remarks: [] };
}

function kibanaRemarks({ generate_kibana_discover_url: wanted }: ElastalertKeys): readonly Remark[] {
  const message = 'needs kibana_url, or the address of Kibana in vigie.yaml: there will be no link';
  return wanted ? [{ path: ['generate_kibana_discover_url'], message, harmless: true }] : [];
}
