import { existsSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { isRecord, reasonOf } from '#kernel/json.ts';
import { readYamlText } from '#config/yaml-text.ts';
import { Stop } from './interview.ts';

/** What a vigie.yaml that is there already says, before its references are followed: what one leads to may be missing. */
export interface Known {
  readonly text: string;
  readonly keys: readonly string[];
  readonly url: string | undefined;
  /** Where the bot's token is kept; undefined where no file is named. */
  readonly tokenFile: string | undefined;
  /** `team/channel`, or a channel alone. */
  readonly channel: string | undefined;
}

/** Null: there is no such file. @throws Stop for one that is no YAML */
export function knownOf(path: string): Known | null {
  if (!existsSync(path)) return null;
  const text = readYamlText(path);
  const data = dataOf(text, path);
  const mattermost = isRecord(data['mattermost']) ? data['mattermost'] : {};
  const textOf = (key: string): string | undefined => (typeof mattermost[key] === 'string' ? mattermost[key] : undefined);
  return {
    text,
    keys: Object.keys(data),
    url: textOf('url'),
    tokenFile: /^\$\{file:(\/.+)\}$/u.exec(textOf('token') ?? '')?.[1],
    channel: textOf('operations_channel'),
  };
}

function dataOf(text: string, path: string): Record<string, unknown> {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new Stop(`${path} is no YAML: ${reasonOf(error)}. Mend it, or move it away, then run this again`);
  const data: unknown = document.toJS();
  return isRecord(data) ? data : {};
}
