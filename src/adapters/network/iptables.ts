import type { Forward, Forwards } from '#ports/network.ts';

/** Chains in which containers' own ports are led to containers: nobody made these by hand, and they come and go. */
const NOT_OURS = /^(?:DOCKER|KUBE-|CNI-|OUTPUT$)/u;
const RULE = /^-A (?<chain>\S+) (?<rest>.*-j DNAT .*)$/u;
const TO = /--to-destination (?<to>\S+)/u;

/** Forwards among the lines of `iptables-save`. */
export function parseIptables(text: string): Forwards {
  const list: Forward[] = [];
  let unread = 0;
  for (const line of text.split('\n')) {
    const { chain = '', rest } = RULE.exec(line)?.groups ?? {};
    if (rest === undefined || NOT_OURS.test(chain)) continue;
    // What a comment says is nobody's option.
    const found = forwardsIn(rest.replaceAll(/"(?:[^"\\]|\\.)*"/gu, ''));
    if (found === null) unread += 1;
    else list.push(...found);
  }
  return { list, unread };
}

function forwardsIn(rest: string): readonly Forward[] | null {
  // What is meant is everything but this.
  if (/(?:^| )! (?:-d|-p|--dports?) /u.test(rest)) return null;
  const words = rest.split(' ');
  const value = (option: string): string | null => (words.includes(option) ? (words[words.indexOf(option) + 1] ?? null) : null);
  const protocol = value('-p');
  const target = TO.exec(rest)?.groups?.['to'];
  const to = target === undefined ? null : destinationOf(target);
  if (to === null || !(protocol === null || protocol === 'tcp' || protocol === 'udp')) return null;
  const ports = (value('--dports') ?? value('--dport'))?.split(',').map((port) => port.replace(':', '-')) ?? [null];
  const address = value('-d')?.replace(/\/(?:32|128)$/u, '') ?? null;
  return ports.map((port) => ({ protocol, address, port, ...to }));
}

/** `10.0.0.2`, `10.0.0.2:80`, `[fd00::2]:80`, `fd00::2`. */
function destinationOf(text: string): Pick<Forward, 'to' | 'toPort'> | null {
  const {
    v4,
    v6,
    bare,
    port = null,
  } = /^(?:(?<v4>[\d.]+)|\[(?<v6>[0-9a-f:]+)\]|(?<bare>[0-9a-f:]*:[0-9a-f:]*:[0-9a-f]*))(?::(?<port>\d+(?:-\d+)?))?$/iu.exec(text)
    ?.groups ?? {};
  const to = v4 ?? v6 ?? bare;
  return to === undefined ? null : { to, toPort: port };
}
