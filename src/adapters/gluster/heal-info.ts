import { z } from 'zod';
import type { BrickHeals, Crawls, HealEntry } from '#ports/volumes.ts';
import { ask, tell } from './ask.ts';
import { brickName, element } from './forms.ts';
import type { GlusterMachine } from './machine.ts';

const healInfo = z.object({
  cliOutput: z.object({
    healInfo: element({
      bricks: element({
        brick: z.array(
          z.object({
            name: brickName,
            status: z.string(),
            file: z.array(z.object({ '@gfid': z.string(), '#text': z.string() })).default([]),
          }),
        ),
      }),
    }),
  }),
});
type Brick = z.output<typeof healInfo>['cliOutput']['healInfo']['bricks']['brick'][number];

/** What each brick says that others owe, or contradict. @throws gluster_refused */
export async function healsOf(machine: GlusterMachine, volume: string, signal?: AbortSignal): Promise<readonly BrickHeals[]> {
  const asked = async (...words: readonly string[]): Promise<readonly Brick[]> =>
    (await ask(machine, ['volume', 'heal', volume, 'info', ...words], healInfo, signal)).cliOutput.healInfo.bricks.brick;
  const all = await asked();
  const torn = await asked('split-brain');
  return all.map((brick) => {
    const same = torn.find(({ name }) => name.host === brick.name.host && name.path === brick.name.path);
    return {
      ...brick.name,
      answers: brick.status === CONNECTED && same?.status === CONNECTED,
      pending: brick.file.map(entryOf),
      splitBrain: (same?.file ?? []).map(entryOf),
    };
  });
}

const CONNECTED = 'Connected';

/** What a brick holds under its number alone is told as `<gfid:…>`. */
function entryOf({ '@gfid': gfid, '#text': path }: Brick['file'][number]): HealEntry {
  return { gfid, path: path.startsWith('/') ? path : null };
}

/** Full crawls in what the daemons tell of themselves, which has no XML. @throws gluster_refused */
export async function crawlsOf(machine: GlusterMachine, volume: string, signal?: AbortSignal): Promise<Crawls> {
  return parseCrawls(await tell(machine, ['volume', 'heal', volume, 'statistics'], signal));
}

/** Each crawl is a paragraph that begins with when it started. */
export function parseCrawls(text: string): Crawls {
  const crawls = text.split(/^Starting time of crawl:/mu).slice(1);
  const full = crawls.filter((crawl) => /^Type of crawl: FULL$/mu.test(crawl));
  const ended = full.filter((crawl) => /^Ending time of crawl:/mu.test(crawl)).length;
  return { ended, running: full.length - ended };
}
