import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { BOUNDS } from '#kernel/bounds.ts';
import { readText } from '#kernel/bounded-text.ts';

export interface Posted {
  readonly status: number;
  /** What it wants to be answered to before it answers. */
  readonly challenge: string | undefined;
  readonly isXml: boolean;
  readonly text: string;
}

/**
 * One request over a stream of its own: AMT closes idle connections without a word.
 * @throws an ordinary Error where no whole answer came
 */
export async function post(stream: Duplex, message: string, authorization: string | null, signal: AbortSignal): Promise<Posted> {
  const { promise, resolve, reject } = Promise.withResolvers<Posted>();
  const sent = request({
    method: 'POST',
    path: '/wsman',
    host: 'amt',
    createConnection: () => stream,
    signal,
    headers: {
      'content-type': 'application/soap+xml; charset=utf-8',
      'content-length': Buffer.byteLength(message),
      connection: 'close',
      ...(authorization === null ? {} : { authorization }),
    },
  });
  sent.on('error', reject);
  sent.on('response', (answer) => {
    const { statusCode = 0, headers } = answer;
    readText({ body: answer }, BOUNDS.amtAnswer.most).then((text) => {
      if (text === null) return reject(new Error(`more than ${BOUNDS.amtAnswer.most} bytes`));
      return resolve({
        status: statusCode,
        challenge: headers['www-authenticate'],
        isXml: /xml/u.test(headers['content-type'] ?? ''),
        text,
      });
    }, reject);
  });
  sent.end(message);
  try {
    return await promise;
  } finally {
    stream.destroy();
  }
}
