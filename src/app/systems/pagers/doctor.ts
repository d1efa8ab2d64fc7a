import { systemClock } from '#kernel/clock.ts';
import type { Page, Pager } from '#ports/pager.ts';
import { absent, type Finding, type Words } from '../../finding.ts';
import type { Examination } from '../system.ts';

type TestWords = Pick<Page, 'title' | 'text'>;

/**
 * Sends a test through each pager, since nothing else proves that a page arrives; without its words says only what is configured.
 * The heartbeat isn't called: whoever waits for it would believe that vigie runs.
 */
export async function lookAtPagers(
  pagers: ReadonlyMap<string, Pager> | null,
  { config: { heartbeat }, words, page }: Examination,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [
    heartbeat === undefined
      ? absent('heartbeat', 'none configured: nobody notices if vigie dies')
      : { what: 'heartbeat', ok: true, detail: `every ${heartbeat.every}` },
  ];
  if (pagers === null) findings.push(absent('pager', 'none configured: at night, alerts reach only who looks at the chat'));
  for (const pager of pagers?.values() ?? [])
    findings.push(
      page !== null ? await sendTest(pager, page, words) : { what: `pager ${pager.name}`, ok: true, detail: 'not rung (--no-page)' },
    );
  return findings;
}

async function sendTest(pager: Pager, test: TestWords, words: Words): Promise<Finding> {
  const what = `pager ${pager.name}`;
  try {
    await pager.page(testPage(test));
    return { what, ok: true, detail: 'a test was taken: did it arrive?' };
  } catch (error) {
    return { what, ok: false, detail: words(error) };
  }
}

/** Each test is a page of its own, and nobody is meant by it in particular. */
function testPage(test: TestWords): Page {
  return { ...test, key: `test:${systemClock.now()}`, severity: 'info', link: null, person: null };
}
