import { readFile, stat } from 'node:fs/promises';
import { readText } from '#kernel/bounded-text.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';

/** Where the calendar is. The address may hold a secret: it stands in no error. */
export type CalendarSource = { readonly url: string } | { readonly file: string };

const BYTES_MAX = BOUNDS.calendar.most;

/** Reads the text of a calendar. @throws calendar_unreachable, calendar_invalid when it is too large */
export async function readSource(source: CalendarSource, deadline: AbortSignal): Promise<string> {
  try {
    return 'file' in source ? await fromFile(source.file) : await fromUrl(source.url, deadline);
  } catch (error) {
    if (error instanceof VigieError) throw error;
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new VigieError('calendar_unreachable', { reason: deadline.aborted ? 'no answer in time' : reasonOf(cause) });
  }
}

async function fromFile(path: string): Promise<string> {
  if ((await stat(path)).size > BYTES_MAX) throw tooLarge();
  return await readFile(path, 'utf8');
}

async function fromUrl(url: string, deadline: AbortSignal): Promise<string> {
  const answer = await fetch(url, { signal: deadline, headers: { accept: 'text/calendar, */*' } });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new VigieError('calendar_unreachable', { reason: `HTTP ${answer.status}` });
  }
  const text = await readText(answer, BYTES_MAX);
  if (text === null) throw tooLarge();
  return text;
}

function tooLarge(): VigieError {
  return new VigieError('calendar_invalid', { reason: `larger than ${BYTES_MAX / 1024 / 1024} MB` });
}
