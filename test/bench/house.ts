import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { Person } from '#test/lab/mattermost/person.ts';
import { floorOf, quantile, type Row } from './table.ts';

const orders = z.object({
  url: z.string(),
  bot: z.string(),
  ops: z.string(),
  people: z.array(z.object({ id: z.string(), username: z.string(), token: z.string() })),
});
type House = z.infer<typeof orders>;

const [WARM, COUNTED] = [5, 60];
/** What somebody types who wants to know what is wrong, and what only its answer reads like. */
const ASKED: readonly (readonly [command: string, answer: RegExp, aim: string])[] = [
  ['status', /last backups/u, '< 150 ms'],
  ['status pica01', /\*\*pica01\*\*/u, '< 150 ms'],
  ['why pad.picasoft.net', /\*\*Router\*\*/u, '< 250 ms'],
  ['metrics pica01 cpu', /"file_ids":\["/u, '< 500 ms'],
];

/** From the post with the mention to the answer of a whole house in memory: what vigie itself takes, without what real systems would. */
export async function houseRows(): Promise<readonly Row[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'house-child.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const house = orders.parse(JSON.parse(line));
    const rows: Row[] = [];
    for (const asked of ASKED) rows.push(await measured(house, asked));
    return rows;
  } finally {
    child.kill();
  }
}

async function measured({ url, bot, ops, people }: House, [command, answer, aim]: (typeof ASKED)[number]): Promise<Row> {
  const askers = people.map((each) => new Person({ ...each, url }));
  const [first] = askers;
  if (first === undefined) throw new Error('nobody lives there');
  const listener = await first.listen();
  const times: number[] = [];
  const asked: number[] = [];
  const seen = new Set<string>();
  try {
    for (let index = 0; index < WARM + COUNTED; index += 1) {
      const begin = performance.now();
      const heard = listener.waitFor(
        ({ event, post }) => event === 'posted' && post?.user_id === bot && !seen.has(post.id) && answer.test(JSON.stringify(post)),
      );
      const own = listener.waitFor(({ event, post }) => event === 'posted' && post?.user_id !== bot && !seen.has(post?.id ?? ''));
      void own.then(({ post }) => {
        seen.add(post?.id ?? '');
        if (index >= WARM) asked.push(performance.now() - begin);
      });
      // In turn: nobody may ask without end.
      await askers[index % askers.length]?.say(ops, `@vigie ${command}`);
      seen.add((await heard).post?.id ?? '');
      if (index >= WARM) times.push(performance.now() - begin);
    }
  } finally {
    listener.close();
  }
  const measured = `${quantile(times, 0.5)} ms (p95 ${quantile(times, 0.95)} ms)`;
  const least = floorOf(quantile(times, 0.5), quantile(asked, 0.5), 'ms', 'the mention itself, heard after');
  return { what: `${command}, median of ${COUNTED}`, measured, aim, ...least };
}
