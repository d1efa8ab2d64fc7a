import { serverAt, type ServerAt } from '#adapters/mattermost/server-at.ts';
import { answered, Unfit, type Interview } from './interview.ts';

const EXPLAIN = 'The address of your Mattermost, as the browser shows it: https://team.example.org';

/** Mattermost's address, where a Mattermost was seen to answer. */
export async function askServer(interview: Interview, given: string | undefined): Promise<string> {
  const judge = reachable;
  return await answered(interview, { ask: "What is Mattermost's address?", explain: EXPLAIN, option: '--mattermost', given, judge });
}

async function reachable(typed: string): Promise<string> {
  const url = parsed(typed);
  const [base = '', ...others] = candidates(url);
  const found = await serverAt(base);
  if (found.kind === 'mattermost') return base;
  for (const other of others) if ((await serverAt(other)).kind === 'mattermost') return other;
  throw new Unfit(wordsFor(found, base));
}

/** People leave the scheme out: then it is https. */
function parsed(typed: string): URL {
  const text = /^[a-z]+:\/\//iu.test(typed) ? typed : `https://${typed}`;
  if (typed === '' || !URL.canParse(text)) throw new Unfit(`"${typed}" is no address: write one such as https://team.example.org`);
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Unfit(`${url.protocol}// is not spoken here: write https://…`);
  if (url.username !== '' || url.password !== '') throw new Unfit('leave the account out of the address: a token is asked for next');
  if (url.protocol === 'http:' && !/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u.test(url.hostname))
    throw new Unfit(`http:// shows the tokens to everybody on the way: write https://${url.host}`);
  return url;
}

/** As it was typed, and without the way to a team or a channel, which browsers show as well. */
function candidates({ origin, pathname }: URL): readonly string[] {
  const path = pathname.replace(/\/+$/u, '');
  return path === '' ? [origin] : [`${origin}${path}`, origin];
}

function wordsFor(found: Exclude<ServerAt, { readonly kind: 'mattermost' }>, url: string): string {
  const { host, hostname } = new URL(url);
  switch (found.kind) {
    case 'moved':
      return `${url} leads on to ${found.to}: give that address`;
    case 'other':
      return `${url} is no Mattermost: it answers ${found.reason}. Give the address at which people chat, without what follows the name`;
    case 'untrusted':
      return `${host} shows a certificate that this machine doesn't trust: ${found.reason}. Renew it, or, where an authority of your own signed it, name that authority's certificate: NODE_EXTRA_CA_CERTS=/path/to/ca.pem, here and in vigie's unit`;
    case 'no-tls':
      return `${host} speaks no TLS (${found.reason}): is that the port of https?`;
    case 'unknown-name':
      return `there is no ${hostname} (${found.reason}): is it spelled right, and does DNS work on this machine?`;
    case 'refused':
      return `nobody listens at ${host} (${found.reason}): is Mattermost running, and is that its port?`;
    case 'silent':
      return `${host}: ${found.reason}: does a firewall stand between this machine and it?`;
    case 'unreachable':
      return `${host} can't be reached: ${found.reason}`;
    default:
      return found satisfies never;
  }
}
