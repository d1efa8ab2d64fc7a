import type { Alert } from '../alert.ts';
import type { Rule } from '../rule.ts';

/** Kibana's Discover at the documents behind an alert (rison in the address: https://github.com/Nanonid/rison), or null. */
export function discoverLink(rule: Rule, alert: Alert): string | null {
  const { discover } = rule;
  if (discover === null) return null;
  const iso = (at: number): string => `'${new Date(at).toISOString()}'`;
  const global = `(time:(from:${iso(alert.startedAt - discover.fromMs)},to:${iso(alert.lastAt + discover.toMs)}))`;
  const query = Object.entries(alert.key).map(([field, value]) => `${field}: "${value.replaceAll(/["\\]/gu, '')}"`);
  const columns = discover.columns.length === 0 ? '_source' : discover.columns.map(quoted).join(',');
  const view = discover.dataView === null ? '' : `index:${quoted(discover.dataView)},`;
  const app = `(${view}columns:!(${columns}),query:(language:kuery,query:${quoted(query.join(' and '))}))`;
  return `${discover.url}#/?_g=${encodeURIComponent(global)}&_a=${encodeURIComponent(app)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['!]/gu, '!$&')}'`;
}
