import { systemClock } from '#kernel/clock.ts';
import type { Page, Pager } from '#ports/pager.ts';
import type { Config } from '#config/schema.ts';
import type { Finding, Words } from './finding.ts';
import { connectConfiguredPagers } from './pagers.ts';

type TestWords = Pick<Page, 'title' | 'text'>;

/**
 * Sends a test through each pager, since nothing else proves that a page arrives. The heartbeat isn't called: whoever
 * waits for it would believe that vigie runs.
 * @param test its words, which say that it is one; null: says only what is configured
 */
export async function lookAtPagers(
  { pagers: config, heartbeat }: Config,
  words: Words,
  test: TestWords | null,
): Promise<readonly Finding[]> {
  const beat = heartbeat === undefined ? 'none configured: nobody notices if vigie dies' : `every ${heartbeat.every}`;
  const findings: Finding[] = [{ what: 'heartbeat', ok: true, detail: beat }];
  const warned: string[] = [];
  const quiet = {
    info: () => undefined,
    error: () => undefined,
    warn: (data: object, text: string) => warned.push(`${text}: ${JSON.stringify(data)}`),
  };
  const pagers = [...(await connectConfiguredPagers(config, quiet)).values()];
  if (pagers.length === 0)
    findings.push({ what: 'pager', ok: true, detail: 'none configured: at night, alerts reach only who looks at the chat' });
  for (const pager of pagers)
    findings.push(
      test !== null ? await sendTest(pager, test, words) : { what: `pager ${pager.name}`, ok: true, detail: 'not rung (--no-page)' },
    );
  return [...findings, ...warned.map((detail) => ({ what: 'pager', ok: false, detail }))];
}

async function sendTest(pager: Pager, test: TestWords, words: Words): Promise<Finding> {
  const what = `pager ${pager.name}`;
  try {
    await pager.page(testPage(test));
    return { what, ok: true, detail: 'a test was taken: did it arrive?' };
  } catch (error) {
    return { what, ok: false, detail: words(error) };
  } finally {
    await pager.close();
  }
}

/** Each test is a page of its own, and nobody is meant by it in particular. */
function testPage(test: TestWords): Page {
  return { ...test, key: `test:${systemClock.now()}`, severity: 'info', link: null, person: null };
}
