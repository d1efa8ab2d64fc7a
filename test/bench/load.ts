import { setTimeout as sleep } from 'node:timers/promises';

/** Types one slash command many times, at a steady pace, and prints how long each acknowledgement took, in milliseconds. */
interface Orders {
  readonly url: string;
  readonly token: string;
  /** They type in turn. */
  readonly users: readonly string[];
  readonly channel: string;
  /** Makes the triggers of this run its own. */
  readonly name: string;
  readonly count: number;
  /** So many come before, and don't count: whoever sends has a compiler, too. */
  readonly warm: number;
  readonly perSecond: number;
}

const orders: Orders = JSON.parse(process.argv[2] ?? '{}');
const times: number[] = [];
const sent: Promise<void>[] = [];
const begin = performance.now();
for (let index = 0; index < orders.warm + orders.count; index += 1) {
  const early = begin + (index * 1_000) / orders.perSecond - performance.now();
  if (early > 1) await sleep(early);
  const answered = acknowledge(`${orders.name}${index}`, orders.users[index % orders.users.length] ?? '');
  sent.push(answered.then((ms) => void (index >= orders.warm && times.push(ms))));
}
await Promise.all(sent);
process.stdout.write(JSON.stringify(times));

async function acknowledge(trigger: string, user: string): Promise<number> {
  const { token, channel } = orders;
  const fields = { token, trigger_id: trigger, command: '/ops', text: 'services', user_id: user, channel_id: channel, channel_name: 'ops' };
  const sentAt = performance.now();
  const answer = await fetch(`${orders.url}/mattermost/command`, { method: 'POST', body: new URLSearchParams(fields) });
  await answer.text();
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
  return performance.now() - sentAt;
}
