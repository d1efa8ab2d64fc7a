import type { CommandEnd } from '#ports/remote.ts';

/** Where a message may come to what somebody stored: a document, a text, the key of a duplicate. */
const DATA = /[{"'[]|dup key/u;

/** The message up to the first document or text in it. @returns null where the client says nothing */
export function reasonIn({ stderr }: CommandEnd): string | null {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  // Among the progress that the tools tell, one line begins with it.
  const failed = /\bFailed: (.+)/u.exec(stderr)?.[1];
  const line = failed ?? lines.find((each) => /error|fatal/iu.test(each)) ?? lines.at(-1);
  if (line === undefined) return null;
  const data = DATA.exec(line);
  return data === null ? line : `${line.slice(0, data.index).trimEnd()} …`;
}

/** What mongorestore says of an archive that it can't read, or of documents that no collection takes. */
const OF_ARCHIVES = /\b(?:EOF|corrupt\w*|invalid archive|magic number|checksum|demultiplex\w*|E11000|failed to restore)\b/iu;

/** Whether no client could load it, whoever it comes in as. */
export function isOfTheDump({ stderr }: CommandEnd): boolean {
  return OF_ARCHIVES.test(stderr);
}
