import { isRecord, parseJson, type Json, type JsonObject } from '#kernel/json.ts';

/** What tests do to an Elasticsearch beside searching it: vigie itself never writes to one. */
export async function call(url: string, method: string, path: string, body?: JsonObject | string): Promise<Json> {
  const answer = await fetch(url + path, {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: { 'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' },
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
  return text === '' ? null : parseJson(text);
}

/** A document on its way in. Without an id, Elasticsearch makes one. */
export interface Indexed {
  readonly document: JsonObject;
  readonly id?: string;
}

const CHUNK = 4_000;

/**
 * Indexes documents and makes them visible to searches.
 * @throws Error with the first one that was refused
 */
export async function bulk(url: string, index: string, documents: readonly (Indexed | JsonObject)[]): Promise<void> {
  await bulkUnseen(url, index, documents);
  await call(url, 'POST', `/${index}/_refresh`);
}

/** As `bulk`, for many of them: searches see them after a refresh, which costs time. */
export async function bulkUnseen(url: string, index: string, documents: readonly (Indexed | JsonObject)[]): Promise<void> {
  for (let start = 0; start < documents.length; start += CHUNK)
    await send(
      url,
      documents.slice(start, start + CHUNK).map((one) => line(index, isIndexed(one) ? one : { document: one })),
    );
}

async function send(url: string, lines: readonly string[]): Promise<void> {
  const answer = await call(url, 'POST', '/_bulk?filter_path=errors,items.*.error', `${lines.join('\n')}\n`);
  if (isRecord(answer) && answer['errors'] !== false) throw new Error(`bulk: ${JSON.stringify(answer).slice(0, 500)}`);
}

const line = (index: string, { document, id }: Indexed): string =>
  `${JSON.stringify({ index: { _index: index, ...(id === undefined ? {} : { _id: id }) } })}\n${JSON.stringify(document)}`;

function isIndexed(value: Indexed | JsonObject): value is Indexed {
  return isRecord(value['document']) && Object.keys(value).every((key) => key === 'document' || key === 'id');
}
